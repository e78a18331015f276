package io.dataprism.core.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the machine runs out of memory while queries run. The engine's own limit does not count everything: large
 * texts and lists that functions and aggregates make are beyond it. Where the machine does not tell, nothing happens.
 */
final class MemoryFuse implements Runnable {

    /** How often to look. */
    static final int PERIOD_MILLIS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(MemoryFuse.class);
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Pattern LINE = Pattern.compile("(MemTotal|MemAvailable): +([0-9]+) kB");
    private static final double LEAST_SHARE = 0.06;

    private final Path source;
    private final Runnable relief;

    /** @param relief called at each look at which there is too little, on the thread that looks; must not block */
    MemoryFuse(Runnable relief) {
        this(MEMORY, relief);
    }

    MemoryFuse(Path source, Runnable relief) {
        this.source = source;
        this.relief = relief;
    }

    @Override
    public void run() {
        try {
            if (isLow(Files.readAllLines(source))) {
                relief.run();
            }
        } catch (IOException | RuntimeException unknown) {
            LOG.debug("The machine's memory is not known", unknown);
        }
    }

    static boolean isLow(List<String> lines) {
        long total = -1;
        long available = -1;
        for (String line : lines) {
            Matcher found = LINE.matcher(line);
            if (found.matches()) {
                long kibibytes = Long.parseLong(found.group(2));
                if (found.group(1).equals("MemTotal")) {
                    total = kibibytes;
                } else {
                    available = kibibytes;
                }
            }
        }
        return total > 0 && available >= 0 && available < total * LEAST_SHARE;
    }
}

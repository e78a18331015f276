package io.dataprism.core.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final String TOTAL = "MemTotal:";
    private static final String AVAILABLE = "MemAvailable:";
    private static final String UNIT = " kB";
    private static final int DECIMAL = 10;
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
        try (BufferedReader lines = Files.newBufferedReader(source)) {
            if (isLow(lines)) {
                relief.run();
            }
        } catch (IOException | RuntimeException unknown) {
            LOG.debug("The machine's memory is not known", unknown);
        }
    }

    /** Reads as far as it must: this runs ten times a second. */
    static boolean isLow(BufferedReader lines) throws IOException {
        long total = -1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(TOTAL)) {
                total = kibibytes(line);
            } else if (line.startsWith(AVAILABLE)) {
                return total > 0 && kibibytes(line) < total * LEAST_SHARE;
            }
        }
        return false;
    }

    private static long kibibytes(String line) {
        return Long.parseLong(
                line,
                line.lastIndexOf(' ', line.length() - UNIT.length() - 1) + 1,
                line.length() - UNIT.length(),
                DECIMAL);
    }
}

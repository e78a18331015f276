package io.dataprism.load.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Java heap of another process, by {@code jcmd}. Blocks, mostly for less than a second; any thread. */
public final class JavaHeap {

    private static final Pattern USED = Pattern.compile("\\bused (\\d+)K");
    private static final int COLLECTIONS = 2;
    private static final long LIMIT_SECONDS = 20;

    private JavaHeap() {}

    /** What is used after everything was collected that can be. */
    public static long collectedBytes(long pid) throws IOException {
        for (int each = 0; each < COLLECTIONS; each++) {
            ask(pid, "GC.run");
        }
        String info = ask(pid, "GC.heap_info");
        Matcher used = USED.matcher(info);
        if (!used.find()) {
            throw new IOException("jcmd GC.heap_info does not say what is used: " + info);
        }
        return 1024 * Long.parseLong(used.group(1));
    }

    private static String ask(long pid, String command) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        process.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly());
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}

package io.dataprism.load.cluster.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a small program of the system to its end. Blocks for moments; any thread. */
public final class Program {

    private static final long LIMIT_SECONDS = 90;

    private Program() {}

    /** Answers what it printed. @throws IOException where it failed, with its words */
    public static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly());
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() == 0) {
                return said;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IOException("'" + String.join(" ", command) + "' failed: " + said.strip());
    }

    /** The same of words with spaces between them. */
    public static String run(String command) throws IOException {
        return run(List.of(command.split(" ")));
    }
}

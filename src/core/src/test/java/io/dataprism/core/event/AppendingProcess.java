package io.dataprism.core.event;

import io.dataprism.core.event.journal.SegmentOpener;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A process that appends numbers to a log as fast as it can, tells the cursor of each that was acknowledged, and is killed. */
final class AppendingProcess {

    private static final int AT_ONCE = 16;

    private AppendingProcess() {}

    /** Answers the cursors that were told, at least so many, in order. */
    static List<String> runAndKill(Path folder, int count) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> cursors = new ArrayList<>();
        try (BufferedReader told = process.inputReader(StandardCharsets.US_ASCII)) {
            String line = told.readLine();
            while (line != null) {
                cursors.add(line);
                if (cursors.size() == count) {
                    // the process itself would close the pipe with it
                    process.toHandle().destroyForcibly();
                }
                line = told.readLine();
            }
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        // the last line may be cut
        cursors.removeLast();
        return cursors;
    }

    /** @param arguments the folder */
    public static void main(String[] arguments) throws Exception {
        EventLog.Limits limits = new EventLog.Limits(100_000, 1 << 26, Duration.ofHours(1));
        EventLog log = LocalEventLog.open(
                Path.of(arguments[0]),
                limits,
                InstantSource.system(),
                SegmentOpener.FILES,
                new DurableEvents.SegmentBounds(20_000, 1_000_000));
        long number = log.size();
        Topic[] topics = {Topic.parse("a"), Topic.parse("b"), Topic.parse("c:d")};
        while (true) {
            List<CompletableFuture<StoredEvent>> group = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                byte[] json = String.valueOf(number++).getBytes(StandardCharsets.UTF_8);
                group.add(log.publish(topics[i % topics.length], "/users/eve", json));
            }
            for (CompletableFuture<StoredEvent> done : group) {
                System.out.println(done.get().cursor());
            }
        }
    }
}

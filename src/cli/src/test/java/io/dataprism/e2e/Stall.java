package io.dataprism.e2e;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Watches one request. Where its answer takes long, it prints what the service and the processes of its plugins are doing, so that a
 * test that fails once in a hundred runs says why.
 */
final class Stall implements AutoCloseable {

    /** Shorter than the time that an operation of a plugin has, which is 30 s. */
    private static final long PATIENCE_SECONDS = 25;

    private static final long COMMAND_LIMIT_SECONDS = 10;
    private static final int SHOWN_FRAMES = 15;
    private static final List<String> IDLE = List.of(
            "ProcessImpl.waitFor", "ChildLog.pump", "FrameReader.next", "Semaphore.acquire", "ServeCommand.run");
    private static final Path JAVA_TOOLS = Path.of(System.getProperty("java.home"), "bin");

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("stall-watch").unstarted(task));

    private final Future<?> report;

    private Stall(Future<?> report) {
        this.report = report;
    }

    /** Until it is closed. */
    static Stall watch(Service service, String method, URI uri) {
        return new Stall(CLOCK.schedule(() -> report(service, method + " " + uri), PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        report.cancel(false);
    }

    private static void report(Service service, String request) {
        StringBuilder found = new StringBuilder("no answer to " + request + " in " + PATIENCE_SECONDS + " s\n");
        try {
            found.append(run(JAVA_TOOLS.resolve("jstack").toString(), "-l", String.valueOf(service.pid())));
            for (ProcessHandle child : service.children()) {
                run("kill", "-QUIT", String.valueOf(child.pid()));
            }
            found.append("\nqueries ").append(service.get("/v1/queries").text());
            for (Object plugin : service.get("/v1/plugins").array()) {
                String name = ((JsonObject) plugin).getString("name");
                found.append("\nlog of ").append(name).append('\n');
                found.append(service.get("/v1/plugins/" + name + "/logs").text());
            }
            found.append("\nlog\n").append(service.log());
        } catch (IOException | RuntimeException | InterruptedException failure) {
            found.append("\nand no more was to be had: ").append(failure);
        }
        System.out.println("STALL: " + shown(found.toString()) + "\nThe whole is in " + kept(found.toString()));
    }

    private static Path kept(String report) {
        try {
            Path folder = Files.createDirectories(Path.of("target", "stalls"));
            return Files.writeString(Files.createTempFile(folder, "stall-", ".txt"), report);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** The first line, and the threads that are somewhere in our own code or the engine's and wait for no process. */
    private static String shown(String report) {
        return Arrays.stream(report.split("\n\n"))
                .filter(thread -> thread.contains("\tat io.dataprism.") || thread.contains("\tat org.duckdb."))
                .filter(thread -> IDLE.stream().noneMatch(thread::contains))
                .map(thread -> thread.lines().limit(SHOWN_FRAMES).collect(Collectors.joining("\n")))
                .collect(Collectors.joining("\n\n", report.lines().findFirst().orElse("") + "\n", ""));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return output;
    }
}

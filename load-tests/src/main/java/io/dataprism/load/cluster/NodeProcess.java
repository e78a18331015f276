package io.dataprism.load.cluster;

import io.dataprism.load.cluster.site.Owner;
import io.dataprism.load.cluster.site.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The process of a node, one after another. One thread at a time; calls that wait are bounded. */
final class NodeProcess {

    private static final Pattern READY = Pattern.compile("ready (https?://\\S+) in (\\d+) ms");

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final Path register;
    private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();
    private @Nullable Process process;
    private CompletableFuture<Void> ready = new CompletableFuture<>();
    private long startedNanos;
    private boolean frozen;

    /**
     * @param log that its standard error is added to
     * @param register that each process is written into, for those who clear up after a dead harness
     */
    NodeProcess(List<String> command, Map<String, String> environment, Path log, Path register) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.log = log;
        this.register = register;
    }

    void start() throws IOException {
        if (isAlive()) {
            throw new IllegalStateException("The node runs already: " + log);
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        CompletableFuture<Void> told = new CompletableFuture<>();
        startedNanos = System.nanoTime();
        Process started = builder.start();
        Files.writeString(
                register,
                started.pid() + " " + Owner.startOf(started.pid()) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        Thread.ofPlatform().daemon().name("node-output").start(() -> read(started, told));
        process = started;
        ready = told;
        frozen = false;
    }

    private static void read(Process process, CompletableFuture<Void> ready) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher words = READY.matcher(line);
                if (words.matches()) {
                    ready.complete(null);
                }
            }
            ready.completeExceptionally(new IOException("Its standard output ended before it was ready."));
        } catch (IOException gone) {
            ready.completeExceptionally(gone);
        }
    }

    /** Waits for its word; answers how long it took from the start of the process. */
    Duration awaitReady(Duration limit) throws IOException, InterruptedException {
        try {
            ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return Duration.ofNanos(System.nanoTime() - startedNanos);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException(
                    "The node is not ready within " + limit + ": " + failed + ". Its log ends with:\n" + tail());
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    long pid() {
        return running().pid();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("The node was never started: " + log);
        }
        return process;
    }

    /** {@code kill -9}, and the end of it. */
    void kill() throws IOException, InterruptedException {
        look();
        running().destroyForcibly();
        awaitEnd(Duration.ofSeconds(10));
        frozen = false;
    }

    /** SIGTERM; does not wait. */
    void terminate() {
        look();
        running().destroy();
    }

    /** Answers its exit code. */
    int awaitEnd(Duration limit) throws IOException, InterruptedException {
        if (!running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("The node has not ended within " + limit + ". Its log ends with:\n" + tail());
        }
        return running().exitValue();
    }

    /** SIGSTOP, of the node alone: the processes of its plugins go on. */
    void freeze() throws IOException {
        look();
        Program.run("kill -STOP " + pid());
        frozen = true;
    }

    /** SIGCONT. */
    void thaw() throws IOException {
        Program.run("kill -CONT " + pid());
        frozen = false;
    }

    boolean isFrozen() {
        return frozen;
    }

    /** Notes the processes below it, so that those that outlive it are found. */
    void look() {
        if (isAlive()) {
            running().descendants().forEach(seen::add);
        }
    }

    /** Processes that were below it and should be gone: those of a node that has ended, or that it has itself ended. */
    List<ProcessHandle> orphans() {
        look();
        Set<ProcessHandle> below = Set.of();
        if (isAlive()) {
            below = Set.copyOf(running().descendants().toList());
        }
        Set<ProcessHandle> current = below;
        return seen.stream()
                .filter(child -> !current.contains(child) && !hasEnded(child))
                .toList();
    }

    /** Whether it is gone, or dead and waiting for whoever adopted it to take notice. */
    private static boolean hasEnded(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return !process.isAlive() || stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException gone) {
            return true;
        }
    }

    /** Ends it and whatever was below it, by force if it must be. */
    void end(Duration limit) throws IOException, InterruptedException {
        if (isAlive() && frozen) {
            thaw();
        }
        if (isAlive()) {
            terminate();
            if (!running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                running().destroyForcibly();
            }
        }
    }

    /** By force, for when this process itself is told to end. */
    void endNow() {
        if (process != null) {
            look();
            process.destroyForcibly();
        }
        seen.forEach(ProcessHandle::destroyForcibly);
    }

    private String tail() throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
}

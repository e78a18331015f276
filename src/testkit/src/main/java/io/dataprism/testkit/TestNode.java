package io.dataprism.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A node as a process of its own, on a free port of loopback, with a data folder that ends with it. */
final class TestNode implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready (http://\\S+) in \\d+ ms");
    private static final long START_LIMIT_SECONDS = 60;
    private static final long STOP_LIMIT_SECONDS = 20;

    private final Process process;
    private final Path folder;
    private final String url;
    private final Thread atExit;

    private TestNode(Process process, Path folder, String url, Thread atExit) {
        this.process = process;
        this.folder = folder;
        this.url = url;
        this.atExit = atExit;
    }

    /** Starts one and waits until it is ready. */
    static TestNode start() throws IOException, InterruptedException {
        Path home = home();
        Path folder = Files.createTempDirectory("dataprism-test-");
        Path log = folder.resolve("node.log");
        Process process = new ProcessBuilder(command(home, folder))
                .redirectError(log.toFile())
                .start();
        Thread atExit = new Thread(process::destroy, "dataprism-test-node-end");
        Runtime.getRuntime().addShutdownHook(atExit);
        CompletableFuture<String> ready = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("dataprism-test-node-output").start(() -> read(process, ready));
        try {
            return new TestNode(process, folder, ready.get(START_LIMIT_SECONDS, TimeUnit.SECONDS), atExit);
        } catch (ExecutionException | TimeoutException failure) {
            process.destroyForcibly();
            throw new IOException("The node did not get ready; its log: " + Files.readString(log), failure);
        }
    }

    /** The same, for callers who have no answer to what keeps a node from starting. */
    static TestNode begin() {
        try {
            return start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the node started.", interrupted);
        }
    }

    /** Scheme, host and port. */
    String url() {
        return url;
    }

    String token() throws IOException {
        return Files.readString(folder.resolve("data/admin.token")).strip();
    }

    /** A folder that is deleted with the node. */
    Path scratch() {
        return folder;
    }

    /** Drains the node, ends it, and deletes what it has left on disk. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Runtime.getRuntime().removeShutdownHook(atExit);
            delete(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException("The folder " + folder + " of the test's node is left.", failure);
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> command(Path home, Path folder) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-Ddataprism.home=" + home,
                "-cp",
                home.resolve("lib") + "/*",
                "io.dataprism.cli.Main",
                "serve",
                "--port",
                "0",
                "--data-dir",
                folder.resolve("data").toString(),
                "--no-sample",
                "--no-plugins");
    }

    private static Path home() throws IOException {
        Map<String, String> environment = System.getenv();
        String home = System.getProperty("dataprism.home", environment.getOrDefault("DATAPRISM_HOME", ""));
        if (!home.isEmpty() && Files.isDirectory(Path.of(home, "lib"))) {
            return Path.of(home).toAbsolutePath();
        }
        throw new IOException(
                "The distribution of DataPrism is not found at '" + home
                        + "': build with './dataprism plugins build', or set dataprism.home to the folder that has lib/ and sandbox/.");
    }

    private static void read(Process process, CompletableFuture<String> ready) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher matcher = READY.matcher(line);
                if (matcher.matches()) {
                    ready.complete(matcher.group(1));
                }
            }
            ready.completeExceptionally(new IOException("its standard output ended"));
        } catch (IOException failure) {
            ready.completeExceptionally(failure);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}

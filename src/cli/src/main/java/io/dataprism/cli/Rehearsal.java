package io.dataprism.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import sun.misc.Signal;

/**
 * A short life of a node, which is of a cluster of its own, with a little of all that nodes do, and much of what they do most: the build
 * runs it once so that the JVM takes down which classes there are and what of them is hot. That halves the time that a node needs to start,
 * and what it needs to get up to speed. A program: {@code Rehearsal FOLDER}, which is there no more or not yet. What fails is told, and
 * leaves out what would have come after it.
 */
final class Rehearsal {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = 3;
    private static final String ADDRESS = "127.0.0.1";

    private static final String CLUSTER = """
            cluster:
              name: rehearsal
              bind: 127.0.0.1
              ports: {hazelcast: %1$d, bus: %2$d, peer: %3$d}
              members: ["127.0.0.1:%1$d"]
              key: %4$s
            """;

    private final Path data;
    private final Path cluster;
    private final int port;

    private Rehearsal(Path data, Path cluster, int port) {
        this.data = data;
        this.cluster = cluster;
        this.port = port;
    }

    public static void main(String[] arguments) throws Exception {
        EndSignals.heard();
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        List<Integer> ports = freePorts(4);
        Path cluster = Files.writeString(
                Files.createDirectories(folder).resolve("cluster.yaml"),
                CLUSTER.formatted(ports.get(0), ports.get(1), ports.get(2), folder.resolve("cluster.key")));
        try {
            new Rehearsal(folder.resolve("data"), cluster, ports.get(3)).play();
        } catch (IOException | IllegalStateException | ExecutionException | TimeoutException badly) {
            System.err.println("rehearsal: it ended early, so that starts take longer: " + badly);
        }
        System.exit(0); // whatever still runs
    }

    private void play() throws Exception {
        StringWriter told = new StringWriter();
        CompletableFuture<Object> ready = new CompletableFuture<>();
        PrintWriter out = new PrintWriter(told) {
            @Override
            public void println(String line) {
                super.println(line);
                ready.complete(line);
            }
        };
        CompletableFuture<Integer> ended = CompletableFuture.supplyAsync(
                () -> run(told, out, "serve", "--port", "" + port, "--data-dir", "" + data, "--cluster", "" + cluster),
                task -> Thread.ofPlatform().name("serve").daemon().start(task));
        CompletableFuture.anyOf(ready, ended).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (ended.isDone()) {
            throw new IllegalStateException("The node of the rehearsal did not come to be ready: " + told);
        }
        for (int round = 0; round < ROUNDS; round++) {
            ask("plugins", "list");
            ask("query", "SELECT origin, count(*) AS n FROM flights GROUP BY 1 ORDER BY 2 DESC LIMIT 5");
            ask("query", "FROM flights LIMIT 500", "--json");
            ask("events", "publish", "team:rehearsal", "{\"round\": " + round + "}");
            ask("cluster", "status");
        }
        Practice.with(
                URI.create("http://" + ADDRESS + ":" + port),
                Files.readString(data.resolve("admin.token")).strip());
        Signal.raise(new Signal("TERM"));
        ended.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private void ask(String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--url", "http://" + ADDRESS + ":" + port, "--data-dir", data.toString()));
        StringWriter told = new StringWriter();
        run(told, new PrintWriter(told), all.toArray(String[]::new));
    }

    private static int run(StringWriter told, PrintWriter out, String... command) {
        int code = Main.commandLine().setOut(out).setErr(new PrintWriter(told)).execute(command);
        if (code != 0) {
            System.err.println("rehearsal: " + String.join(" ", command) + ": " + code + ": " + told);
        }
        return code;
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS));
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }
}

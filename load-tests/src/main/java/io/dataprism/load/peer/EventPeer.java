package io.dataprism.load.peer;

import io.dataprism.load.measure.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A server that events are compared to: Nchan, NATS or Bun, on free ports of the loopback, with a configuration and a folder of its
 * own, in the foreground. It ends with the bench. Any thread; starting and closing block.
 */
public final class EventPeer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int CONNECT_MILLIS = 100;
    private static final long STOP_LIMIT_SECONDS = 10;

    private final Process process;
    private final int port;
    private final int socketPort;

    private EventPeer(Process process, int port, int socketPort) {
        this.process = process;
        this.port = port;
        this.socketPort = socketPort;
    }

    /**
     * What they have in common.
     *
     * @param before words before each command
     * @param folder of this one
     * @param connections that it must take
     */
    public record Place(List<String> before, Path folder, int connections) {}

    /** Nchan in nginx, with one worker. */
    public static EventPeer nchan(Place place, String nginx, String module) throws IOException {
        int port = freePort();
        Path configuration = configuration(
                place, "nchan.conf", Map.of("module", module, "port", String.valueOf(port), "user", user()));
        return start(
                place,
                port,
                port,
                List.of(nginx, "-p", place.folder().toString(), "-c", configuration.toString(), "-e", "stderr"));
    }

    /** NATS, with JetStream in memory. */
    public static EventPeer nats(Place place, String server) throws IOException {
        int port = freePort();
        int socketPort = freePort();
        Path configuration = configuration(
                place, "nats.conf", Map.of("port", String.valueOf(port), "socketPort", String.valueOf(socketPort)));
        return start(place, port, socketPort, List.of(server, "-c", configuration.toString()));
    }

    /** Bun, with a server of a few lines. */
    public static EventPeer bun(Place place, String bun) throws IOException {
        int port = freePort();
        Path script = configuration(place, "bun.js", Map.of());
        return start(place, port, port, List.of(bun, "run", script.toString(), String.valueOf(port)));
    }

    private static EventPeer start(Place place, int port, int socketPort, List<String> words) throws IOException {
        List<String> command = new ArrayList<>(place.before());
        command.addAll(words);
        Path log = place.folder().resolve("log");
        Process process = new ProcessBuilder(command)
                .directory(place.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        EventPeer peer = new EventPeer(process, port, socketPort);
        if (!isThere(peer)) {
            peer.close();
            throw new IOException(words.getFirst() + " did not start: " + Files.readString(log));
        }
        return peer;
    }

    private static boolean isThere(EventPeer peer) throws IOException {
        try {
            return Await.atMost(START_LIMIT, LOOK, () -> listens(peer.port) && listens(peer.socketPort));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static Path configuration(Place place, String name, Map<String, String> values) throws IOException {
        try (InputStream resource = EventPeer.class.getResourceAsStream("/peers/" + name)) {
            if (resource == null) {
                throw new IOException("The bench has no configuration " + name + ".");
            }
            String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${folder}", place.folder().toString())
                    .replace("${connections}", String.valueOf(place.connections()))
                    .replace("${files}", String.valueOf(place.connections()));
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace("${" + value.getKey() + "}", value.getValue());
            }
            return Files.writeString(Files.createDirectories(place.folder()).resolve(name), text);
        }
    }

    private static String user() {
        return System.getProperty("user.name", "nobody");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Where it takes events. */
    public int port() {
        return port;
    }

    /** Where its subscribers connect. */
    public int socketPort() {
        return socketPort;
    }

    /** Its processes. */
    public List<Long> pids() {
        return LongStream.concat(
                        LongStream.of(process.pid()), process.descendants().mapToLong(ProcessHandle::pid))
                .boxed()
                .toList();
    }

    @Override
    public void close() {
        List<ProcessHandle> workers;
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            workers = descendants.toList();
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                workers.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

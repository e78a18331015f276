package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that is told to end while it has subscribers. */
@Tag("longer")
class DrainIT {

    private static final int SUBSCRIBERS = 200;
    /** The body's own, and not the connection's. */
    private static final String END = "\r\n0\r\n\r\n";

    private static final Duration SHUTDOWN = Duration.ofSeconds(8);

    @TempDir
    Path folder;

    @Test
    void everySubscribersBodyIsEndedAndTheProcessEndsInItsTimeWithCode0() throws Exception {
        Path configuration = Files.writeString(
                folder.resolve("node.yaml"), "limits: {drain: 2s, shutdown: " + SHUTDOWN.toSeconds() + "s}");
        List<Socket> sockets = new ArrayList<>();
        try (Service service = Service.start(
                folder.resolve("data"), "--no-sample", "--no-plugins", "--config", configuration.toString())) {
            List<CompletableFuture<String>> ends = new ArrayList<>();
            for (int each = 0; each < SUBSCRIBERS; each++) {
                Socket socket = follow(service);
                sockets.add(socket);
                ends.add(CompletableFuture.supplyAsync(
                        () -> readToTheEnd(socket), Thread.ofPlatform().daemon()::start));
            }
            long toldNanos = System.nanoTime();
            ProcessHandle process = ProcessHandle.of(service.pid()).orElseThrow();
            assertThat(process.destroy()).isTrue();
            for (CompletableFuture<String> end : ends) {
                assertThat(end.get(SHUTDOWN.toSeconds(), TimeUnit.SECONDS)).endsWith(END);
            }
            process.onExit().get(SHUTDOWN.plusSeconds(5).toSeconds(), TimeUnit.SECONDS);
            assertThat(Duration.ofNanos(System.nanoTime() - toldNanos)).isLessThan(SHUTDOWN.plusSeconds(2));
        } finally { // the service has ended with exit code 0, or its close() has failed
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Socket follow(Service service) throws IOException {
        Socket socket = new Socket("127.0.0.1", service.base().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("GET /v1/events?topic=team:* HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + service.token()
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("event: ready") < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as(head.toString()).isNotNegative();
            head.append((char) next);
        }
        return socket;
    }

    private static String readToTheEnd(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException cutOff) {
            return cutOff.toString();
        }
    }
}

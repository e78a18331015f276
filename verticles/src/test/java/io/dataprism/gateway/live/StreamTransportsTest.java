package io.dataprism.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.event.EventLog;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Server-sent events over what carries them. */
@Timeout(120)
class StreamTransportsTest {

    private static final String AUTHORIZED =
            "Host: localhost\r\nAuthorization: Bearer " + LiveServer.SUBSCRIBER + "\r\n\r\n";

    private LiveServer server;

    @BeforeEach
    void start() throws Exception {
        server = new LiveServer(new EventLog.Limits(1000, 256 << 20, Duration.ofHours(1)));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private Socket send(String request) throws Exception {
        Socket socket = new Socket("127.0.0.1", server.port);
        socket.setSoTimeout(15_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String readUntil(Socket socket, String end) throws Exception {
        StringBuilder read = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[4096];
        while (read.indexOf(end) < 0) {
            int length = in.read(piece);
            if (length < 0) {
                return read.toString();
            }
            read.append(new String(piece, 0, length, StandardCharsets.UTF_8));
        }
        return read.toString();
    }

    @Test
    void aStreamOfHttp2HasTheSameEventsAndEndsWhole() throws Exception {
        HttpClient client = server.vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        Buffer body = Buffer.buffer();
        boolean[] ended = {false};
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setHost("127.0.0.1")
                        .setPort(server.port)
                        .setURI("/v1/events?topic=a")
                        .putHeader("Authorization", "Bearer " + LiveServer.SUBSCRIBER))
                .compose(request -> request.send())
                .onSuccess(response -> {
                    response.handler(body::appendBuffer);
                    response.endHandler(end -> ended[0] = true);
                })
                .await(10, TimeUnit.SECONDS);
        await().until(() -> body.toString().contains("event: ready"));
        String cursor = server.append("a", "one");

        await().until(() -> body.toString().contains("id: " + cursor + "\nevent: event\ndata: {"));
        server.connections.drain();
        await().until(() -> ended[0]);
        client.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aReaderOfHttp10GetsTheEventsUntilTheConnectionEnds() throws Exception {
        try (Socket socket = send("GET /v1/events?topic=a HTTP/1.0\r\n" + AUTHORIZED)) {
            String head = readUntil(socket, "event: ready");
            assertThat(head).contains(" 200 OK").doesNotContainIgnoringCase("transfer-encoding");
            String cursor = server.append("a", "one");
            assertThat(readUntil(socket, "\"one\"")).contains("id: " + cursor);
            server.connections.drain();
            assertThat(socket.getInputStream().readAllBytes()).isNotNull();
        }
    }

    @Test
    void aStreamBehindAnotherRequestOfItsConnectionBeginsBehindItsAnswer() throws Exception {
        server.append("a", "zero");
        String history = "GET /v1/events/history?topic=a HTTP/1.1\r\n" + AUTHORIZED;
        for (int i = 0; i < 20; i++) {
            try (Socket socket =
                    send(history + history + "GET /v1/events?topic=a&from=earliest HTTP/1.1\r\n" + AUTHORIZED)) {
                String all = readUntil(socket, "event: event");
                assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(4);
                assertThat(all.indexOf("event: ready")).isGreaterThan(all.lastIndexOf("text/event-stream"));
            }
        }
        await().untilAsserted(() -> assertThat(server.connections.count()).isZero());
    }

    @Test
    @Tag("longer")
    void whoDoesNotReadForTooLongIsCutOffAndLeavesNothing() throws Exception {
        server.close();
        server = new LiveServer(new LiveConnections(10, Duration.ofSeconds(2)));
        RawSocket silentSocket = new RawSocket(server, LiveServer.SUBSCRIBER);
        silentSocket.write(RawSocket.text("{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"]}"));
        try (silentSocket;
                Socket silentStream = send("GET /v1/events?topic=a HTTP/1.1\r\n" + AUTHORIZED)) {
            await().until(() -> server.feed.subscriptionCount() == 2);
            String text = "x".repeat(200_000);
            for (int i = 0; i < 100; i++) {
                server.append("a", new JsonObject().put("text", text));
            }

            await().atMost(Duration.ofSeconds(70)).until(() -> server.connections.count() == 0);
            assertThat(server.feed.subscriptionCount()).isZero();
            // what was on its way may be read still, and then it is over
            byte[] piece = new byte[1 << 16];
            InputStream in = silentStream.getInputStream();
            int length = in.read(piece);
            while (length >= 0) {
                length = readOrEnd(in, piece);
            }
        }
    }

    private static int readOrEnd(InputStream in, byte[] piece) throws Exception {
        try {
            return in.read(piece);
        } catch (java.net.SocketException reset) {
            return -1;
        }
    }
}

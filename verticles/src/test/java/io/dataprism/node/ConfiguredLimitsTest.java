package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.node.configuration.ConfigurationFile;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits that the configuration sets low are those of a whole node. */
@Timeout(180)
class ConfiguredLimitsTest {

    private static final String LIMITS = """
            limits:
              jsonBodyBytes: 4KiB
              packageBytes: 2KiB
              textFrameBytes: 3KiB
              subscriptionsPerConnection: 2
              callsPerConnection: 1
              openQueryStreams: 1
              eventBytes: 1KiB
              eventLogEvents: 3
            """;

    @TempDir
    static Path folder;

    private static final Vertx VERTX = Vertx.vertx();

    /** Held: one that nobody refers to any more closes what it has opened. */
    private static final WebSocketClient SOCKETS = VERTX.createWebSocketClient();

    private static RunningNode node;

    @BeforeAll
    static void start() throws Exception {
        node = node(folder, LIMITS);
    }

    @AfterAll
    static void stop() throws Exception {
        node.client.shutdownNow();
        node.stop();
        VERTX.close().await(10, TimeUnit.SECONDS);
    }

    private static RunningNode node(Path folder, String limits) throws Exception {
        ConfigurationFile file = ConfigurationFile.read(Files.writeString(folder.resolve("node.yaml"), limits));
        return new RunningNode(
                folder, RunningNode.configured(folder, file.limits(), AccessSettings.defaults(), file.events()));
    }

    private static HttpRequest.Builder post(RunningNode to, String path, String mediaType, String body) {
        return to.request(path).header("Content-Type", mediaType).POST(BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> publish(RunningNode to, int bytes) throws Exception {
        return to.text(post(to, "/v1/events/app:a", "application/json", "{\"data\": \"" + "x".repeat(bytes) + "\"}"));
    }

    private static int kept(RunningNode of) throws Exception {
        return new JsonObject(of.text(of.request("/v1/events/history?topic=**")).body())
                .getJsonArray("events")
                .size();
    }

    private static void isTooLarge(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(413);
        assertThat(new JsonObject(response.body()).getString("code")).isEqualTo("PAYLOAD_TOO_LARGE");
    }

    @Test
    void anEventIsNoLarger() throws Exception {
        assertThat(publish(node, 1_000).statusCode()).isEqualTo(202);
        isTooLarge(publish(node, 1_100));
    }

    @Test
    void bodiesAreNoLarger() throws Exception {
        isTooLarge(node.text(node.query("SELECT 1" + " ".repeat(4_100), "application/json")));
        isTooLarge(publish(node, 4_100));
        isTooLarge(node.text(post(node, "/v1/plugins", "application/java-archive", "x".repeat(2_100))));
    }

    @Test
    void theLogKeepsNoMoreEvents() throws Exception {
        for (int i = 0; i < 5; i++) {
            publish(node, 10);
        }
        assertThat(kept(node)).isEqualTo(3);
    }

    @Test
    void theLogKeepsNoMoreBytesAndNothingForLonger(@TempDir Path other) throws Exception {
        String limits = "limits: {eventLogBytes: 1MiB, eventLogAge: 10s, eventBytes: 400KiB}";
        try (RunningNode brief = node(other, limits)) {
            for (int i = 0; i < 5; i++) {
                assertThat(publish(brief, 300 * 1024).statusCode()).isEqualTo(202);
            }
            assertThat(kept(brief)).isBetween(2, 3);
            await().atMost(Duration.ofSeconds(30)).until(() -> kept(brief) == 0);
        }
    }

    @Test
    void oneCallerHasNoMoreResultsOpen() throws Exception {
        HttpResponse<InputStream> open = node.client.send(
                node.query("SELECT range AS n FROM range(100000000000)", "application/x-ndjson")
                        .build(),
                BodyHandlers.ofInputStream());
        HttpResponse<String> second = node.text(node.query("SELECT 1", "application/json"));
        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(second.body()).getString("code")).isEqualTo("OVERLOADED");
        open.body().close();
    }

    @Test
    void aConnectionHasNoMoreOpenAndSendsNothingLarger() throws Exception {
        BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
        WebSocket socket = SOCKETS.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(node.port())
                        .setURI("/v1/ws")
                        .addSubProtocol("dataprism.v1")
                        .putHeader("Authorization", "Bearer " + node.token))
                .await(10, TimeUnit.SECONDS);
        socket.textMessageHandler(text -> frames.add(new JsonObject(text)));
        for (int i = 0; i < 3; i++) {
            socket.writeTextMessage("{\"op\":\"subscribe\",\"id\":\"s" + i + "\",\"topics\":[\"none:" + i + "\"]}");
        }
        assertThat(refused(frames)).isEqualTo("s2");
        for (int i = 0; i < 2; i++) {
            socket.writeTextMessage("{\"op\":\"query\",\"id\":\"q" + i
                    + "\",\"sql\":\"FROM range(10)\",\"format\":\"json\",\"demand\":0}");
        }
        assertThat(refused(frames)).isEqualTo("q1");
        socket.writeTextMessage("{\"op\":\"ping\",\"id\":\"" + "x".repeat(3_100) + "\"}");
        await().until(socket::isClosed);
        assertThat(socket.closeStatusCode()).isEqualTo((short) 4400);
    }

    private static String refused(BlockingQueue<JsonObject> frames) throws Exception {
        JsonObject frame = frames.poll(10, TimeUnit.SECONDS);
        while (frame != null && !"error".equals(frame.getString("op"))) {
            frame = frames.poll(10, TimeUnit.SECONDS);
        }
        assertThat(frame).isNotNull();
        assertThat(frame.getJsonObject("problem").getString("code")).isEqualTo("QUOTA_EXCEEDED");
        return frame.getString("id");
    }
}

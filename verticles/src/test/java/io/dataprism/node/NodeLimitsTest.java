package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.gateway.Limits;
import io.dataprism.gateway.connection.ConnectionLimits;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one user may have of a whole node: live connections and events. */
class NodeLimitsTest {

    @TempDir
    static Path folder;

    private static final Vertx VERTX = Vertx.vertx();

    /** Held: one that nobody refers to any more closes what it has opened. */
    private static final WebSocketClient SOCKETS = VERTX.createWebSocketClient();

    private static RunningNode node;

    @BeforeAll
    static void start() throws Exception {
        Limits usual = Limits.defaults();
        ConnectionLimits connections = ConnectionLimits.of(100);
        node = new RunningNode(
                folder,
                new Limits(
                        usual.jsonBodyBytes(),
                        usual.packageBytes(),
                        usual.uploadBytes(),
                        usual.headerBytes(),
                        usual.requestLineBytes(),
                        usual.bodyStall(),
                        usual.jsonBodyTime(),
                        usual.connectionIdle(),
                        new ConnectionLimits(
                                100, 100, 1_000, 1_000, 2, 100, connections.requestHead(), connections.answerRead()),
                        usual.live(),
                        usual.openQueryStreams(),
                        usual.openQueryStreamsPerNode(),
                        1,
                        3,
                        usual.drain(),
                        usual.shutdown()));
    }

    @AfterAll
    static void stop() throws Exception {
        node.client.shutdownNow();
        node.stop();
        VERTX.close().await(10, TimeUnit.SECONDS);
    }

    /** A token of somebody new, so that the tests do not share what one user may have. */
    private static String tokenOf(String sub) throws Exception {
        var made = node.text(node.request("/v1/tokens")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        "{\"sub\":\"" + sub + "\",\"roles\":[\"subscriber\"],\"ttlSeconds\":600}")));
        return new JsonObject(made.body()).getString("token");
    }

    private static HttpResponse<String> publish(String token) throws Exception {
        return node.text(node.request("/v1/events/team:news")
                .setHeader("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"data\": 1}")));
    }

    private static HttpResponse<InputStream> follow(String token) throws Exception {
        return node.client.send(
                node.request("/v1/events?topic=team:*")
                        .setHeader("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofInputStream());
    }

    private static WebSocketConnectOptions socket() {
        return new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(node.port())
                .setURI("/v1/ws")
                .addSubProtocol("dataprism.v1");
    }

    private static void isRefused(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).isEqualTo(status);
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getBoolean("retryable")).isTrue();
        assertThat(Integer.parseInt(response.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 8);
    }

    @Test
    void whoPublishesTooMuchIsToldOnBothTransportsAndTheOthersGoOn() throws Exception {
        String ann = tokenOf("ann");
        int refused = 0;
        for (int event = 0; event < 10; event++) {
            HttpResponse<String> answer = publish(ann);
            if (answer.statusCode() != 202) {
                isRefused(answer, 429, "QUOTA_EXCEEDED");
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThat(publish(tokenOf("bob")).statusCode()).isEqualTo(202);

        BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
        WebSocket socket = SOCKETS.connect(socket().putHeader("Authorization", "Bearer " + ann))
                .await(10, TimeUnit.SECONDS);
        socket.textMessageHandler(text -> frames.add(new JsonObject(text)));
        for (int event = 0; event < 10; event++) {
            socket.writeTextMessage(
                    "{\"op\":\"publish\",\"id\":\"p" + event + "\",\"topic\":\"team:news\",\"data\":1}");
        }
        JsonObject error = frames.poll(10, TimeUnit.SECONDS);
        while (error != null && !"error".equals(error.getString("op"))) {
            error = frames.poll(10, TimeUnit.SECONDS);
        }
        assertThat(error).isNotNull();
        assertThat(error.getString("id")).startsWith("p");
        assertThat(error.getJsonObject("problem").getString("code")).isEqualTo("QUOTA_EXCEEDED");
        frames.clear();
        socket.writeTextMessage("{\"op\":\"ping\"}");
        await().until(() -> frames.stream().anyMatch(frame -> "pong".equals(frame.getString("op"))));
        socket.close().await(10, TimeUnit.SECONDS);
        assertThat(metric("dataprism_events_publishes_refused_total")).isPositive();
    }

    @Test
    void oneUserHasSoManyLiveConnectionsOfAllKinds() throws Exception {
        String sue = tokenOf("sue");
        HttpResponse<InputStream> stream = follow(sue);
        assertThat(stream.statusCode()).isEqualTo(200);
        WebSocket socket = SOCKETS.connect(socket().putHeader("Authorization", "Bearer " + sue))
                .await(10, TimeUnit.SECONDS);

        isRefused(
                node.text(node.request("/v1/events?topic=team:*").setHeader("Authorization", "Bearer " + sue)),
                503,
                "OVERLOADED");
        refusedUpgrade(sue);
        refusedAfterTheUpgrade(sue);
        HttpResponse<InputStream> somebodyElse = follow(tokenOf("tom"));
        assertThat(somebodyElse.statusCode()).isEqualTo(200);
        somebodyElse.body().close();
        assertThat(metric("dataprism_live_refused_total")).isGreaterThanOrEqualTo(3);

        stream.body().close();
        await().atMost(20, TimeUnit.SECONDS).until(() -> {
            HttpResponse<InputStream> again = follow(sue);
            again.body().close();
            return again.statusCode() == 200;
        });
        socket.close().await(10, TimeUnit.SECONDS);
    }

    private static void refusedUpgrade(String token) {
        Throwable failure = SOCKETS.connect(socket().putHeader("Authorization", "Bearer " + token))
                .map(opened -> (Throwable) new AssertionError("it was opened"))
                .otherwise(refusal -> refusal)
                .await();
        assertThat(failure).isInstanceOfSatisfying(UpgradeRejectedException.class, refusal -> {
            assertThat(refusal.getStatus()).isEqualTo(503);
            MultiMap headers = refusal.getHeaders();
            assertThat(headers.get("Retry-After")).isNotBlank();
        });
    }

    private static void refusedAfterTheUpgrade(String token) throws Exception {
        CompletableFuture<JsonObject> first = new CompletableFuture<>();
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        WebSocket late = SOCKETS.connect(socket()).await(10, TimeUnit.SECONDS);
        late.textMessageHandler(text -> first.complete(new JsonObject(text)));
        late.closeHandler(gone -> closed.complete((int) late.closeStatusCode()));
        late.writeTextMessage(
                new JsonObject().put("op", "auth").put("token", token).encode());
        assertThat(first.get(10, TimeUnit.SECONDS).getJsonObject("problem").getString("code"))
                .isEqualTo("OVERLOADED");
        assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo(4429);
    }

    private static double metric(String name) throws Exception {
        return node.text(node.request("/metrics"))
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void theMetricsTellOfConnectionsByReason() throws Exception {
        assertThat(node.text(node.request("/metrics")).body())
                .contains("dataprism_connections_open ", "dataprism_live_open ")
                .contains("dataprism_connections_refused_total{reason=\"full\"}")
                .contains("dataprism_connections_refused_total{reason=\"rate\"}")
                .contains("dataprism_connections_ended_total{reason=\"stranger\"}");
    }
}

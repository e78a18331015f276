package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.gateway.jwt.Issuer;
import io.dataprism.gateway.jwt.JwtSettings;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets in, for how long, and from where: a whole node that takes tokens of another issuer. */
class AccessTest {

    private static final String APP = "https://app.example.com";
    private static final int FAILURES = 5;

    @TempDir
    Path folder;

    private Path secret;
    private RunningNode node;

    @BeforeEach
    void start() throws Exception {
        secret = Files.writeString(folder.resolve("secret"), Issuer.SECRET);
        node = new RunningNode(
                folder, new AccessSettings(new JwtSettings(secret, null, null, null, null), List.of(APP), FAILURES));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static String token(Duration lifetime, String... roles) {
        Map<String, Object> claims = Issuer.claims();
        claims.put("exp", Instant.now().plus(lifetime).getEpochSecond());
        claims.put("dataprism", Map.of("roles", List.of(roles)));
        return Issuer.hs256().sign(claims);
    }

    private HttpRequest.Builder as(String token, String path) {
        return node.bare(path).header("Authorization", "Bearer " + token);
    }

    /** What a WebSocket has heard: the code that it was closed with. */
    private static final class Closing implements WebSocket.Listener {

        private final CompletableFuture<Integer> code = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
            code.complete(statusCode);
            return CompletableFuture.completedFuture(null);
        }

        int code() throws Exception {
            return code.get(30, TimeUnit.SECONDS);
        }
    }

    private WebSocket socket(Closing closing, String... headers) {
        WebSocket.Builder builder = node.client.newWebSocketBuilder().subprotocols("dataprism.v1");
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        return builder.buildAsync(URI.create(node.base().replace("http:", "ws:") + "/v1/ws"), closing)
                .join();
    }

    private String cookie(String token) throws Exception {
        HttpResponse<String> opened = node.text(as(token, "/v1/session").POST(BodyPublishers.noBody()));
        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(204);
        return opened.headers().firstValue("Set-Cookie").orElseThrow();
    }

    @Test
    void aTokensConnectionsEndWithIt() throws Exception {
        String token = token(Duration.ofSeconds(6), "subscriber");
        Closing closing = new Closing();
        socket(closing, "Authorization", "Bearer " + token);
        HttpResponse<InputStream> events = node.client.send(
                as(token, "/v1/events?topic=app:x").header("Origin", APP).build(), BodyHandlers.ofInputStream());
        assertThat(events.statusCode()).isEqualTo(200);
        assertThat(events.headers().firstValue("Access-Control-Allow-Origin")).contains(APP);

        assertThat(closing.code()).isEqualTo(4401);
        CompletableFuture<byte[]> rest = CompletableFuture.supplyAsync(() -> {
            try (InputStream body = events.body()) {
                return body.readAllBytes();
            } catch (java.io.IOException broken) {
                return new byte[0];
            }
        });
        assertThat(rest.get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(node.text(as(token, "/v1/status")).statusCode()).isEqualTo(401);
    }

    /** While a signature is checked for the first time, what follows the head waits. */
    @Test
    void bodiesArriveWholeBehindATokenThatHasToBeChecked() throws Exception {
        String rows = "x\n" + "1234567\n".repeat(100_000);
        HttpResponse<String> table = node.text(
                fresh("/v1/tables/numbers").header("Content-Type", "text/csv").PUT(BodyPublishers.ofString(rows)));
        assertThat(table.statusCode()).as(table.body()).isEqualTo(201);
        HttpResponse<String> query = node.text(fresh("/v1/query")
                .header("Content-Type", "application/json")
                .header("Accept", "text/csv")
                .POST(BodyPublishers.ofString("{\"sql\":\"SELECT count(*) AS n FROM numbers\"}")));
        assertThat(query.body()).isEqualTo("n\r\n100000\r\n");
        HttpResponse<String> event = node.text(fresh("/v1/events/app:x")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"data\":\"" + "x".repeat(100_000) + "\"}")));
        assertThat(event.statusCode()).as(event.body()).isEqualTo(202);
        HttpResponse<String> refused = node.text(as("a" + token(Duration.ofMinutes(1), "analyst"), "/v1/tables/more")
                .header("Content-Type", "text/csv")
                .PUT(BodyPublishers.ofString(rows)));
        assertThat(refused.statusCode()).isEqualTo(401);
    }

    /** With a token that nobody has seen. */
    private HttpRequest.Builder fresh(String path) {
        Map<String, Object> claims = Issuer.claims();
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("dataprism", Map.of("roles", List.of("analyst", "subscriber")));
        return as(Issuer.hs256().sign(claims), path);
    }

    @Test
    void whatAKeyHasOpenedEndsWithTheKey() throws Exception {
        String token = token(Duration.ofMinutes(10), "analyst");
        String cookie = cookie(token);
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
        assertThat(Integer.parseInt(cookie.replaceAll(".*Max-Age=([0-9]+).*", "$1")))
                .isBetween(1, 600);
        String pair = cookie.split(";", 2)[0];
        assertThat(node.text(node.bare("/v1/status").header("Cookie", pair)).statusCode())
                .isEqualTo(200);
        Closing bearer = new Closing();
        socket(bearer, "Authorization", "Bearer " + token);
        Closing session = new Closing();
        socket(session, "Cookie", pair, "Origin", node.base());

        Files.writeString(secret, "another secret that nobody has signed with until now");

        assertThat(bearer.code()).isEqualTo(4401);
        assertThat(session.code()).isEqualTo(4401);
        assertThat(node.text(node.bare("/v1/status").header("Cookie", pair)).statusCode())
                .isEqualTo(401);
        assertThat(node.text(as(token, "/v1/status")).statusCode()).isEqualTo(401);
        assertThat(node.text(node.request("/v1/status")).statusCode()).isEqualTo(200);
    }

    @Test
    void aSessionOpensAWebSocketFromAPageOfThisHostAlone() throws Exception {
        String pair = cookie(token(Duration.ofMinutes(1), "analyst")).split(";", 2)[0];
        for (String origin : new String[] {"https://evil.example", APP, "null"}) {
            assertThatThrownBy(() -> socket(new Closing(), "Cookie", pair, "Origin", origin))
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            refused -> assertThat(refused.getResponse().statusCode())
                                    .isEqualTo(403));
        }
        socket(new Closing(), "Cookie", pair, "Origin", node.base()).abort();
    }

    /** What a WebSocket has heard: by id of a frame, whether it was refused for want of a role. */
    private static final class Refusals implements WebSocket.Listener {

        private final Map<String, Boolean> byId = new ConcurrentHashMap<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                JsonObject frame = new JsonObject(part.toString());
                JsonObject problem = frame.getJsonObject("problem", new JsonObject());
                byId.putIfAbsent(frame.getString("id", ""), "PERMISSION_DENIED".equals(problem.getString("code")));
                part.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "admin, subscribe publish query execute",
        "operator, -",
        "analyst, query execute",
        "subscriber, subscribe publish",
    })
    void aWebSocketLetsEachRoleDoWhatTheContractSaysAndNoMore(String role, String allowed) {
        Refusals heard = new Refusals();
        WebSocket socket = node.client
                .newWebSocketBuilder()
                .subprotocols("dataprism.v1")
                .buildAsync(URI.create(node.base().replace("http:", "ws:") + "/v1/ws"), heard)
                .join();
        for (String frame : new String[] {
            "{\"op\":\"auth\",\"token\":\"" + token(Duration.ofMinutes(1), role) + "\"}",
            "{\"op\":\"subscribe\",\"id\":\"subscribe\",\"topics\":[\"app:x\"]}",
            "{\"op\":\"publish\",\"id\":\"publish\",\"topic\":\"app:y\",\"data\":1}",
            "{\"op\":\"query\",\"id\":\"query\",\"sql\":\"SELECT 1\",\"format\":\"json\"}",
            "{\"op\":\"execute\",\"id\":\"execute\",\"plugin\":\"absent\",\"operation\":\"x\"}"
        }) {
            socket.sendText(frame, true).join();
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(heard.byId).containsKeys("subscribe", "publish", "query", "execute"));
        for (String operation : List.of("subscribe", "publish", "query", "execute")) {
            assertThat(heard.byId.get(operation))
                    .as(role + " " + operation + " is refused")
                    .isEqualTo(!List.of(allowed.split(" ")).contains(operation));
        }
        socket.abort();
    }

    @Test
    void aTokenInTheHeadCountsBeforeACookie() throws Exception {
        String pair = cookie(token(Duration.ofMinutes(1), "analyst")).split(";", 2)[0];
        assertThat(node.text(as("nobody", "/v1/status").header("Cookie", pair)).statusCode())
                .isEqualTo(401);
        assertThat(node.text(as(token(Duration.ofMinutes(1), "operator"), "/v1/tables")
                                .header("Cookie", pair))
                        .statusCode())
                .isEqualTo(403);
        assertThat(node.text(node.bare("/v1/tables").header("Cookie", pair).method("HEAD", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whoFailsTooOftenWaitsAndWhoHasAGoodTokenDoesNot() throws Exception {
        for (int i = 0; i < FAILURES; i++) {
            assertThat(node.text(as("bad" + i, "/v1/status")).statusCode()).isEqualTo(401);
        }
        HttpResponse<String> waits = node.text(as("bad", "/v1/status").header("Origin", APP));
        assertThat(waits.statusCode()).isEqualTo(429);
        assertThat(new JsonObject(waits.body()).getString("code")).isEqualTo("QUOTA_EXCEEDED");
        assertThat(Integer.parseInt(waits.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 60);
        assertThat(waits.headers().firstValue("Access-Control-Allow-Origin")).contains(APP);

        Closing closing = new Closing();
        WebSocket socket = socket(closing);
        socket.sendText("{\"op\":\"auth\",\"token\":\"bad\"}", true).join();
        assertThat(closing.code()).isEqualTo(4429);
        assertThat(node.text(as(token(Duration.ofMinutes(1), "analyst"), "/v1/status"))
                        .statusCode())
                .isEqualTo(200);
        JsonObject status = new JsonObject(node.text(node.request("/v1/status")).body());
        assertThat(status.getJsonObject("limits").getInteger("failedSignInsPerMinute"))
                .isEqualTo(FAILURES);
        assertThat(node.text(node.request("/v1/audit?action=signin.failed"))
                        .body()
                        .lines())
                .hasSize(FAILURES + 2);
    }

    @Test
    void anAuthFrameThatIsNotTakenCountsAndEndsTheConnection() throws Exception {
        for (int i = 0; i < FAILURES; i++) {
            Closing closing = new Closing();
            socket(closing)
                    .sendText("{\"op\":\"auth\",\"token\":\"bad\"}", true)
                    .join();
            assertThat(closing.code()).isEqualTo(4401);
        }
        assertThat(node.text(as("bad", "/v1/status")).statusCode()).isEqualTo(429);
    }
}

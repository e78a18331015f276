package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP through the host, against a real server on this machine: which is why scopes have to name it. */
class FetchTest {

    private static final String ADDRESS = "dataprism.service.network.fetch";

    @TempDir
    static Path folder;

    private static final CountDownLatch hold = new CountDownLatch(1);
    private static PluginNode node;
    private static HttpServer server;
    private static String host;

    @BeforeAll
    static void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", FetchTest::answer);
        server.createContext("/hold", FetchTest::hold);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        host = "127.0.0.1:" + server.getAddress().getPort();
        node = new PluginNode(folder);
        node.activate(
                "fetcher",
                PluginNode.permissions(
                        "network read " + host,
                        "network write " + host,
                        "network read 127.0.0.1:*",
                        "network read *",
                        "network read https://" + host),
                new JsonObject().put("resources", new JsonObject().put("threads", 96)));
    }

    @AfterAll
    static void stop() {
        node.close();
        server.stop(0);
    }

    @Test
    void aRequestGoesOutAndItsAnswerComesBack() throws Exception {
        grant("network write " + host, "network read " + host);
        JsonObject answer = fetch(
                        "/echo",
                        new JsonObject()
                                .put("method", "POST")
                                .put("headers", new JsonObject().put("X-Mark", "m"))
                                .put(
                                        "body",
                                        Base64.getEncoder().encodeToString("hello".getBytes(StandardCharsets.UTF_8))))
                .getJsonObject("ok");
        assertThat(answer.getInteger("status")).isEqualTo(201);
        assertThat(answer.getJsonObject("headers").getJsonArray("x-answer")).isEqualTo(new JsonArray().add("yes"));
        assertThat(answer.getJsonObject("headers").containsKey("transfer-encoding"))
                .isFalse();
        assertThat(new String(Base64.getDecoder().decode(answer.getString("body")), StandardCharsets.UTF_8))
                .isEqualTo("POST /echo m hello " + host);
    }

    @Test
    void theScopeHasToNameAHostOfThisMachineWithoutAWildcard() throws Exception {
        grant("network read *");
        assertRefused(fetch("/echo", get()));
        grant("network read 127.0.0.1:*");
        assertRefused(fetch("/echo", get()));
        grant("network read " + host);
        assertThat(fetch("/echo", get()).fieldNames()).containsExactly("ok");
        assertRefused(node.call("fetcher", ADDRESS, get().put("url", "http://localhost:1/")));
        assertRefused(node.call("fetcher", ADDRESS, get().put("url", "http://2130706433:1/")));
    }

    @Test
    void schemeMethodAndUserArePartOfWhatIsAllowed() throws Exception {
        grant("network read " + host);
        assertRefused(fetch("/echo", new JsonObject().put("method", "POST")));
        assertThat(node.call("fetcher", ADDRESS, get().put("url", "ftp://" + host + "/"))
                        .getString("code"))
                .isEqualTo("REQUEST_INVALID");
        assertThat(node.call("fetcher", ADDRESS, get().put("url", "http://a:b@" + host + "/"))
                        .getString("code"))
                .isEqualTo("REQUEST_INVALID");
        assertThat(fetch("/", get().put("headers", new JsonObject().put("Host", "other")))
                        .getString("code"))
                .isEqualTo("REQUEST_INVALID");
        grant("network read https://" + host);
        assertRefused(fetch("/echo", get()));
    }

    @Test
    void everyRedirectIsCheckedAsTheFirstRequest() throws Exception {
        grant("network read " + host);
        JsonObject answer = fetch("/redirect?to=/echo", get()).getJsonObject("ok");
        assertThat(answer.getString("url")).isEqualTo("http://" + host + "/echo");
        assertRefused(fetch("/redirect?to=http://127.0.0.1:1/", get()));
        assertRefused(fetch("/redirect?to=http://169.254.169.254/", get()));
        assertThat(fetch("/redirect?to=/loop", get()).getString("code")).isEqualTo("NETWORK_FAILED");
    }

    @Test
    void sizeAndTimeAreLimited() throws Exception {
        grant("network read " + host);
        assertThat(fetch("/large", get()).getString("code")).isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(fetch("/silent", get().put("timeoutMs", 200)).getString("code"))
                .isEqualTo("NETWORK_FAILED");
    }

    private static JsonObject get() {
        return new JsonObject().put("method", "GET");
    }

    private static JsonObject fetch(String path, JsonObject request) throws Exception {
        return node.call("fetcher", ADDRESS, request.put("url", "http://" + host + path));
    }

    @Test
    void aServerWithoutATrustedCertificateIsNotBelieved() throws Exception {
        grant("network read https://" + host);
        JsonObject answer = node.call(
                "fetcher",
                ADDRESS,
                new JsonObject().put("url", "https://" + host + "/echo").put("timeoutMs", 1_000));
        assertThat(answer.getString("code")).isEqualTo("NETWORK_FAILED");
        assertThat(answer.getString("message")).contains("https://" + host);
    }

    @Test
    void sixteenRequestsMayWaitAtOnceForOnePlugin() throws Exception {
        grant("network read " + host);
        JsonObject slow =
                new JsonObject().put("url", "http://" + host + "/hold").put("timeoutMs", 30_000);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<JsonObject>> calls = IntStream.range(0, 17)
                    .mapToObj(caller -> CompletableFuture.supplyAsync(() -> quietly(slow), callers))
                    .toList();
            await().until(() -> calls.stream().anyMatch(CompletableFuture::isDone));
            hold.countDown();
            List<JsonObject> answers =
                    calls.stream().map(CompletableFuture::join).toList();
            assertThat(answers)
                    .filteredOn(answer -> answer.containsKey("ok"))
                    .as(answers.toString())
                    .hasSize(16);
            assertThat(answers)
                    .filteredOn(answer -> "QUOTA_EXCEEDED".equals(answer.getString("code")))
                    .hasSize(1);
        }
        assertThat(fetch("/echo", get()).containsKey("ok"))
                .as("there is room again")
                .isTrue();
    }

    private static JsonObject quietly(JsonObject body) {
        try {
            return node.call("fetcher", ADDRESS, body);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static void grant(String... permissions) throws Exception {
        node.put(
                "/v1/plugins/fetcher/grants", new JsonObject().put("permissions", PluginNode.permissions(permissions)));
    }

    private static void assertRefused(JsonObject answer) {
        assertThat(answer.getString("code")).as(answer.encode()).isEqualTo("PERMISSION_DENIED");
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            switch (path) {
                case "/redirect" -> {
                    exchange.getResponseHeaders()
                            .add("Location", exchange.getRequestURI().getQuery().substring("to=".length()));
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/loop" -> {
                    exchange.getResponseHeaders().add("Location", "/loop");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/large" -> {
                    exchange.sendResponseHeaders(200, 0);
                    byte[] piece = new byte[1 << 16];
                    for (int index = 0; index < 1000; index++) {
                        exchange.getResponseBody().write(piece);
                    }
                }
                case "/silent" -> exchange.getRequestBody().readAllBytes();
                default -> echo(exchange, path);
            }
        }
    }

    private static void hold(HttpExchange exchange) throws IOException {
        try {
            hold.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static void echo(HttpExchange exchange, String path) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String text = exchange.getRequestMethod() + " " + path + " "
                + exchange.getRequestHeaders().getFirst("X-Mark") + " " + body + " "
                + exchange.getRequestHeaders().getFirst("Host");
        exchange.getResponseHeaders().add("X-Answer", "yes");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(201, 0);
        exchange.getResponseBody().write(bytes);
    }
}

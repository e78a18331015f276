package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.gateway.connection.ConnectionLimits;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {

    private static final String APP = "https://app.example.com";
    private static final String ALLOWED = "Access-Control-Allow-Origin";

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpResponse<String> preflight(String path, String origin) throws Exception {
        return gateway.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.deployed.port() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type,last-event-id")
                .method("OPTIONS", BodyPublishers.noBody()));
    }

    private static String header(HttpResponse<?> response, String name) {
        return String.join("; ", response.headers().allValues(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/query", "/v1/events", "/v1/tables/flights", "/v1/nothing", "/metrics"})
    void aPageThatIsNamedMayAskWhatItMaySend(String path) throws Exception {
        HttpResponse<String> answer = preflight(path, APP);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(header(answer, ALLOWED)).isEqualTo(APP);
        assertThat(header(answer, "Access-Control-Allow-Methods")).contains("GET", "POST", "PUT", "DELETE");
        assertThat(header(answer, "Access-Control-Allow-Headers"))
                .contains("Authorization", "Content-Type", "Last-Event-ID", "If-Match");
        assertThat(header(answer, "Access-Control-Max-Age")).isEqualTo("600");
        assertThat(header(answer, "Vary")).contains("Origin");
        assertThat(header(answer, "Access-Control-Allow-Credentials")).isEmpty();
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://app.example.com",
                "https://app.example.com:444",
                "https://app.example.com.evil.example",
                "https://sub.app.example.com",
                "https://app.example.com/",
                "HTTPS://APP.EXAMPLE.COM",
                "null",
                "*"
            })
    void aPageOfAnotherOriginIsToldNothing(String origin) throws Exception {
        HttpResponse<String> asked = preflight("/v1/query", origin);
        assertThat(asked.statusCode()).isEqualTo(401);
        assertThat(header(asked, ALLOWED)).isEmpty();
        HttpResponse<String> read = gateway.send(gateway.request("/v1/status").header("Origin", origin));
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(header(read, ALLOWED)).isEmpty();
        assertThat(header(read, "Vary")).contains("Origin");
    }

    @Test
    void everyAnswerSaysWhoMayReadIt() throws Exception {
        HttpResponse<String> document =
                gateway.send(gateway.request("/v1/status").header("Origin", APP));
        HttpResponse<String> rows = gateway.send(gateway.query("{\"sql\":\"rows 3\"}")
                .header("Accept", "application/x-ndjson")
                .header("Origin", APP));
        HttpResponse<String> stream = gateway.send(gateway.query("{\"sql\":\"rows 3\"}")
                .header("Accept", "text/event-stream")
                .header("Origin", APP));
        HttpResponse<String> health =
                gateway.send(gateway.request("/health/live").header("Origin", APP));
        HttpResponse<String> http2 = gateway.client2.send(
                gateway.request("/v1/status").header("Origin", APP).build(), HttpResponse.BodyHandlers.ofString());
        for (HttpResponse<String> each : new HttpResponse[] {document, rows, stream, health, http2}) {
            assertThat(each.statusCode()).as(each.body()).isEqualTo(200);
            assertThat(header(each, ALLOWED)).isEqualTo(APP);
            assertThat(header(each, "Access-Control-Expose-Headers"))
                    .contains("Dataprism-Query-Id", "ETag", "Retry-After");
            assertThat(header(each, "Vary")).contains("Origin");
        }
        assertThat(header(rows, "Vary")).containsIgnoringCase("accept-encoding");
        assertThat(header(document, "Vary")).containsIgnoringCase("accept-encoding");
    }

    @Test
    void errorsSayItToo() throws Exception {
        HttpRequest.Builder stranger = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.deployed.port() + "/v1/status"))
                .header("Origin", APP);
        HttpResponse<String> unknown = gateway.send(stranger);
        HttpResponse<String> absent =
                gateway.send(gateway.request("/v1/nothing").header("Origin", APP));
        HttpResponse<String> wrong = gateway.send(gateway.query("{}").header("Origin", APP));
        HttpResponse<String> method =
                gateway.send(gateway.request("/v1/status").header("Origin", APP).DELETE());
        int[] statuses = {401, 404, 400, 405};
        HttpResponse<?>[] answers = {unknown, absent, wrong, method};
        for (int i = 0; i < statuses.length; i++) {
            assertThat(answers[i].statusCode()).isEqualTo(statuses[i]);
            assertThat(header(answers[i], ALLOWED)).isEqualTo(APP);
        }
    }

    /** Bytes that no router sees: too large a head, a body without a clear end, no host. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/status HTTP/1.1|Host: x|Origin: %s|Accept: */*|Long: ~",
                "POST /v1/query HTTP/1.1|Host: x|Origin: %s|Transfer-Encoding: gzip, chunked",
                "POST /v1/query HTTP/1.1|Host: x|Origin: %s|Content-Length: 1|Transfer-Encoding: chunked",
                "GET /v1/status HTTP/1.1|Origin: %s"
            })
    void whatIsRefusedBeforeItIsUnderstoodMayBeReadToo(String head) throws Exception {
        String bytes = head.replace("|", "\r\n").replace("~", "x".repeat(9_000)) + "\r\n\r\n";
        try (Socket page = gateway.socket(bytes.formatted(APP));
                Socket other = gateway.socket(bytes.formatted("https://evil.example"))) {
            assertThat(GatewayFixture.readUntil(page, "}"))
                    .startsWith("HTTP/1.1 400 ")
                    .containsIgnoringCase(ALLOWED + ": " + APP)
                    .containsIgnoringCase("Vary: Origin");
            assertThat(GatewayFixture.readUntil(other, "}"))
                    .startsWith("HTTP/1.1 400 ")
                    .doesNotContainIgnoringCase(ALLOWED)
                    .containsIgnoringCase("Vary: Origin");
        }
    }

    @Test
    void aPageHearsWhyThereIsNoRoomForItsConnection() throws Exception {
        ConnectionLimits one =
                new ConnectionLimits(1, 1, 1_000, 1_000, 1, 100, Duration.ofSeconds(30), Duration.ofSeconds(30));
        String status = "GET /v1/status HTTP/1.1\r\nHost: x\r\nOrigin: " + APP + "\r\n\r\n";
        try (GatewayFixture full = new GatewayFixture(one, null);
                Socket first = full.socket(status)) {
            assertThat(GatewayFixture.readUntil(first, "}")).startsWith("HTTP/1.1 401 ");
            try (Socket second = full.socket("OPTIONS /v1/status HTTP/1.1\r\nHost: x\r\nOrigin: " + APP
                    + "\r\nAccess-Control-Request-Method: GET\r\n\r\n")) {
                assertThat(GatewayFixture.readUntil(second, "\r\n\r\n"))
                        .startsWith("HTTP/1.1 204 ")
                        .containsIgnoringCase("Access-Control-Allow-Headers: Authorization");
                second.getOutputStream().write(status.getBytes(StandardCharsets.UTF_8));
                assertThat(GatewayFixture.readUntil(second, "}"))
                        .startsWith("HTTP/1.1 503 ")
                        .containsIgnoringCase(ALLOWED + ": " + APP)
                        .containsIgnoringCase("Access-Control-Expose-Headers: ")
                        .contains("OVERLOADED");
            }
        }
    }

    @Test
    void aMethodThatIsAskedForWithoutAPageIsAnsweredAsEver() throws Exception {
        HttpResponse<String> options =
                gateway.send(gateway.request("/v1/query").method("OPTIONS", BodyPublishers.noBody()));
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(header(options, "Allow")).contains("POST");
        assertThat(header(options, ALLOWED)).isEmpty();
    }

    @Test
    void nothingIsSharedWhereNoPageIsNamed() throws Exception {
        try (GatewayFixture alone = new GatewayFixture(Duration.ofSeconds(2), Set.of())) {
            HttpResponse<String> read = alone.send(alone.request("/v1/status").header("Origin", APP));
            assertThat(read.statusCode()).isEqualTo(200);
            assertThat(header(read, ALLOWED)).isEmpty();
            assertThat(header(read, "Vary")).doesNotContain("Origin");
        }
    }
}

package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of requests: what is wrong with them, and those that do not end. */
@Tag("longer")
class HttpBodiesTest {

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = RolesTest.withAllRoutes(new ArrayList<>());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sql\":\"rows 1\",\"batchrows\":5} | #/batchrows",
                "{\"sql\":7} | #/sql",
                "{} | #/sql",
                "{\"sql\":\"\"} | #/sql",
                "{\"sql\":\"rows 1\",\"parameters\":{}} | #/parameters",
                "{\"sql\":\"rows 1\",\"parameters\":[1,[2]]} | #/parameters/1",
                "{\"sql\":\"rows 1\",\"parameters\":[1e400]} | #/parameters/0",
                "{\"sql\":\"rows 1\",\"parameters\":[1,123456789012345678901234567890123456789012]} | #/parameters/1",
                "{\"sql\":\"rows 1\",\"batchRows\":0} | #/batchRows",
                "{\"sql\":\"rows 1\",\"timeoutMs\":600001} | #/timeoutMs",
                "{\"sql\":\"rows 1\",\"timeoutMs\":\"1\"} | #/timeoutMs",
                "{\"sql\":\"rows 1\",\"maxRows\":-1} | #/maxRows",
                "{\"sql\":\"rows 1\",\"maxRows\":1.5} | #/maxRows",
            })
    void aWrongMemberIsNamed(String body, String pointer) throws Exception {
        JsonObject problem = GatewayFixture.problem(gateway.send(gateway.query(body)), 400, "REQUEST_INVALID");
        assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo(pointer);
    }

    @Test
    void everyWrongMemberIsNamedAtOnce() throws Exception {
        JsonObject problem = GatewayFixture.problem(
                gateway.send(gateway.query("{\"sqll\":1,\"batchRows\":-1,\"x/y\":2}")), 400, "REQUEST_INVALID");
        assertThat(problem.getJsonArray("errors").stream()
                        .map(error -> ((JsonObject) error).getString("pointer"))
                        .toList())
                .containsExactlyInAnyOrder("#/sql", "#/batchRows", "#/sqll", "#/x~1y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "NONE",
            value = {
                "NONE",
                "not json",
                "[1]",
                "{\"sql\":\"a\"} x",
                "{\"sql\":\"a\",\"sql\":\"b\"}",
                "{\"sql\":",
                "{\"sql\":\"a\",\"parameters\":[1"
            })
    void aBodyThatIsNoJsonObjectIsRefused(String body) throws Exception {
        JsonObject problem =
                GatewayFixture.problem(gateway.send(gateway.query(body == null ? "" : body)), 400, "REQUEST_INVALID");
        assertThat(problem.getString("detail")).doesNotContain("Source", "REDACTED", "StreamRead");
    }

    @Test
    void aBodyOfAnotherTypeIsRefusedAndTheLegalOnesNamed() throws Exception {
        var request =
                gateway.request("/v1/query").header("Content-Type", "text/csv").POST(BodyPublishers.ofString("a"));
        assertThat(GatewayFixture.problem(gateway.send(request), 415, "UNSUPPORTED_MEDIA_TYPE")
                        .getString("detail"))
                .contains("application/json");
        var table = gateway.request("/v1/tables/pub_t")
                .header("Content-Type", "image/png")
                .PUT(BodyPublishers.ofString("a"));
        assertThat(GatewayFixture.problem(gateway.send(table), 415, "UNSUPPORTED_MEDIA_TYPE")
                        .getString("detail"))
                .contains("text/csv", "application/vnd.apache.parquet");
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWhetherItSaysSoOrNot() throws Exception {
        String large = "{\"sql\":\"" + "x".repeat(70_000) + "\"}";
        GatewayFixture.problem(gateway.send(gateway.query(large)), 413, "PAYLOAD_TOO_LARGE");
        var chunked = gateway.request("/v1/query")
                .POST(BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8))));
        GatewayFixture.problem(gateway.send(chunked), 413, "PAYLOAD_TOO_LARGE");
        var jar = gateway.request("/v1/plugins")
                .header("Content-Type", "application/java-archive")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[2 * 1024 * 1024])));
        GatewayFixture.problem(gateway.send(jar), 413, "PAYLOAD_TOO_LARGE");
        gateway.assertNoUploadsLeft();
    }

    @Test
    void aBodyThatNeverEndsEndsInAProblemAndChangesNothing() throws Exception {
        int before = gateway.plugins.calls.size();
        for (String head : List.of(
                "POST /v1/query HTTP/1.1\r\nContent-Type: application/json",
                "POST /v1/plugins HTTP/1.1\r\nContent-Type: application/java-archive",
                "PUT /v1/tables/endless HTTP/1.1\r\nContent-Type: text/csv",
                "POST /v1/events/app:x HTTP/1.1\r\nContent-Type: application/json",
                "POST /v1/plugins/alpha/operations/mean HTTP/1.1\r\nContent-Type: application/json")) {
            try (Socket socket = gateway.socket(head + "\r\nHost: x\r\nAuthorization: Bearer " + GatewayFixture.TOKEN
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"sql\r\n")) {
                String answer = GatewayFixture.readUntil(socket, "\"errors\"", "hint");
                assertThat(answer).as(head).startsWith("HTTP/1.1 400").contains("REQUEST_INVALID", "did not end");
            }
        }
        assertThat(gateway.plugins.calls).hasSize(before);
        assertThat(gateway.tables.tables).doesNotContainKey("endless");
        gateway.assertNoUploadsLeft();
    }

    @Test
    void aBodyThatTricklesIsCutOffToo() throws Exception {
        try (Socket socket = gateway.socket("POST /v1/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + GatewayFixture.TOKEN + "\r\nTransfer-Encoding: chunked\r\n\r\n")) {
            try (ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
                pace.scheduleAtFixedRate(() -> trickle(socket), 0, 100, TimeUnit.MILLISECONDS);
                assertThat(GatewayFixture.readUntil(socket, "hint")).contains("has not ended after");
                pace.shutdownNow();
            }
        }
    }

    /** Fails once the gateway has closed the connection, which ends the trickle. */
    private static void trickle(Socket socket) {
        try {
            socket.getOutputStream().write("1\r\n \r\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }
}

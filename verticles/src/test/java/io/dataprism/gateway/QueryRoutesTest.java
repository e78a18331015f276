package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QueryRoutesTest {

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void nothingLeaks() {
        await().atMost(Duration.ofSeconds(5)).until(() -> gateway.queries.allocator.getAllocatedMemory() == 0);
        assertThat(gateway.queries.running).isEmpty();
    }

    @Test
    void aClientThatLeavesBeforeTheAnswerCancelsTheQuery() throws Exception {
        String body = "{\"sql\":\"never\"}";
        try (var socket = gateway.socket("POST /v1/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + GatewayFixture.TOKEN + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body)) {
            assertThat(socket.isConnected()).isTrue();
            org.awaitility.Awaitility.await()
                    .until(() -> gateway.queries.running.values().stream()
                            .anyMatch(query -> query.sql().equals("never")));
        }
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(1))
                .until(() -> gateway.queries.running.values().stream()
                        .noneMatch(query -> query.sql().equals("never")));
    }

    @Test
    void rowsComeAsNdjsonForTheUserWhoAsked() throws Exception {
        var response = gateway.sql("rows 3", "application/x-ndjson");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Dataprism-Query-Id")).isPresent();
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        List<String> lines = response.body().lines().toList();
        assertThat(lines).hasSize(3_000);
        assertThat(new JsonObject(lines.get(2_999)).getLong("n")).isEqualTo(2_999);
        assertThat(gateway.queries.callers.getLast().principal().uri()).isEqualTo("/users/admin");
    }

    @Test
    void arrowIsTheDefaultAndIsNeverPacked() throws Exception {
        var request = gateway.query("{\"sql\":\"rows 3\"}").header("Accept-Encoding", "gzip");
        var response = gateway.client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.headers().firstValue("Content-Type")).contains("application/vnd.apache.arrow.stream");
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(arrowRows(response.body())).isEqualTo(3_000);
    }

    private static long arrowRows(byte[] stream) throws IOException {
        try (RootAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            long rows = 0;
            while (reader.loadNextBatch()) {
                rows += reader.getVectorSchemaRoot().getRowCount();
            }
            return rows;
        }
    }

    @Test
    void csvAndNdjsonArePackedWhereTheClientTakesGzip() throws Exception {
        for (String accept : List.of("text/csv", "application/x-ndjson", "application/json")) {
            var request = gateway.query("{\"sql\":\"rows 3\"}")
                    .header("Accept-Encoding", "gzip")
                    .header("Accept", accept);
            var response = gateway.client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
            String text = new String(
                    new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes(),
                    StandardCharsets.UTF_8);
            assertThat(text).isEqualTo(gateway.sql("rows 3", accept).body());
        }
    }

    @Test
    void jsonIsOneDocumentThatSaysWhetherItWasCut() throws Exception {
        JsonObject whole =
                new JsonObject(gateway.sql("rows 10", "application/json").body());
        assertThat(whole.getBoolean("truncated")).isFalse();
        assertThat(whole.getJsonArray("rows")).hasSize(10_000);
        assertThat(whole.getJsonArray("schema").getJsonObject(0))
                .isEqualTo(new JsonObject().put("name", "n").put("type", "BIGINT"));
        JsonObject cut =
                new JsonObject(gateway.sql("rows 1000", "application/json").body());
        assertThat(cut.getBoolean("truncated")).isTrue();
        assertThat(cut.getJsonArray("rows")).hasSize(10_000);
    }

    @Test
    void serverSentEventsEndWithTheirCounts() throws Exception {
        String body = gateway.sql("rows 2", "text/event-stream").body();
        assertThat(body).startsWith("event: schema\ndata: [{\"name\":\"n\",\"type\":\"BIGINT\"}");
        assertThat(body).contains("event: rows\ndata: {\"seq\":0,\"rows\":[{\"n\":0,");
        assertThat(body).containsPattern("event: end\ndata: \\{\"batches\":\\d+,\"rows\":2000}\n\n$");
        assertThat(gateway.sql("rows 2 fail", "text/event-stream").body())
                .containsPattern("event: problem\ndata: \\{.*QUERY_TIMEOUT.*}\n\n$");
    }

    @Test
    void acceptIsNegotiatedByQuality() throws Exception {
        var response = gateway.sql("rows 1", "text/csv;q=0.5, application/x-ndjson;q=0.9, */*;q=0.1");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        var refused = gateway.sql("rows 1", "image/png");
        assertThat(refused.statusCode()).isEqualTo(406);
        assertThat(new JsonObject(refused.body()).getString("hint")).contains("text/csv");
    }

    @Test
    void ndjsonThatBreaksOffClosesWithTheProblem() throws Exception {
        List<String> lines = gateway.sql("rows 2 fail", "application/x-ndjson")
                .body()
                .lines()
                .toList();
        assertThat(lines).hasSize(2_001);
        assertThat(new JsonObject(lines.getLast()).getJsonObject("$error").getString("code"))
                .isEqualTo("QUERY_TIMEOUT");
    }

    @Test
    void otherFormatsThatBreakOffAreAborted() {
        for (HttpClient client : List.of(gateway.client, gateway.client2)) {
            for (String accept : List.of("text/csv", "application/json", "application/vnd.apache.arrow.stream")) {
                var request = gateway.query("{\"sql\":\"rows 2 fail\"}")
                        .header("Accept", accept)
                        .build();
                assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofByteArray()))
                        .as(accept + " " + client.version())
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aFailureBeforeTheFirstRowIsAnOrdinaryProblem() throws Exception {
        var response = gateway.sql("rows 0 fail", "text/csv");
        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        var syntax = gateway.sql("syntax", "text/csv");
        assertThat(syntax.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(syntax.body()).getInteger("position")).isEqualTo(3);
        var overloaded = gateway.sql("overloaded", "text/csv");
        assertThat(overloaded.statusCode()).isEqualTo(503);
        assertThat(overloaded.headers().firstValue("Retry-After").map(Integer::parseInt))
                .isPresent();
    }

    @Test
    void theUnforeseenIsAnIdOfTheLogAndNoMore() throws Exception {
        var response = gateway.sql("unforeseen", "text/csv");
        assertThat(response.statusCode()).isEqualTo(500);
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getString("code")).isEqualTo("INTERNAL");
        assertThat(problem.getString("instance")).isNotBlank();
        assertThat(response.body()).doesNotContain("secret").doesNotContain("Exception");
    }

    @Test
    void repeatedColumnsAreNumberedAndTheReservedOneIsRefused() throws Exception {
        assertThat(gateway.sql("columns a,b,a,a", "application/x-ndjson").body())
                .isEqualTo("{\"a\":0,\"b\":1,\"a_1\":2,\"a_2\":3}\n");
        var refused = gateway.sql("columns a,$error", "application/x-ndjson");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("QUERY_INVALID");
    }

    @Test
    void anEmptyResultIsStillAResult() throws Exception {
        assertThat(gateway.sql("rows 0", "text/csv").body()).isEqualTo("n,text\r\n");
        assertThat(gateway.sql("rows 0", "application/json").body()).endsWith("\"rows\":[],\"truncated\":false}");
        assertThat(gateway.sql("rows 0", "application/x-ndjson").body()).isEmpty();
    }

    @Test
    void http2StreamsLikeHttp1() throws Exception {
        var request = gateway.query("{\"sql\":\"rows 50\"}")
                .header("Accept", "text/csv")
                .build();
        var response = gateway.client2.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body().lines()).hasSize(50_001);
    }

    @Test
    void aReaderThatStopsStopsTheEngineAndOneThatLeavesCancelsIt() throws Exception {
        int before = gateway.queries.produced.get();
        int cancelled = gateway.queries.cancelled.get();
        String body = "{\"sql\":\"rows 1000000\"}";
        try (Socket socket = gateway.socket("POST /v1/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + GatewayFixture.TOKEN + "\r\nAccept: application/x-ndjson\r\nContent-Length: " + body.length()
                + "\r\n\r\n"
                + body)) {
            socket.getInputStream().readNBytes(1_000);
            int stalledAt = stable(before);
            assertThat(stalledAt).isBetween(1, 200);
            socket.getInputStream().readNBytes(8 * 1024 * 1024);
            assertThat(stable(before)).isGreaterThan(stalledAt);
            JsonArray list =
                    new JsonArray(gateway.send(gateway.request("/v1/queries")).body());
            assertThat(list).hasSize(1);
        }
        await().atMost(Duration.ofSeconds(1)).until(() -> gateway.queries.cancelled.get() == cancelled + 1);
    }

    /** The number of batches made, once it does not change any more. */
    private static int stable(int before) {
        int[] last = {-1};
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    int now = gateway.queries.produced.get() - before;
                    boolean same = now == last[0];
                    last[0] = now;
                    return same && now > 0;
                });
        return last[0];
    }

    @Test
    void http2ReadersThatLeaveCancelTheQuery() throws Exception {
        int cancelled = gateway.queries.cancelled.get();
        var request = gateway.query("{\"sql\":\"rows 1000000\"}")
                .header("Accept", "application/x-ndjson")
                .build();
        var response = gateway.client2.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertThat(body.readNBytes(1_000)).hasSize(1_000);
        }
        await().atMost(Duration.ofSeconds(2)).until(() -> gateway.queries.cancelled.get() == cancelled + 1);
    }

    @Test
    void aQueryThatIsNotThereCannotBeCancelled() throws Exception {
        var response = gateway.send(gateway.request("/v1/queries/nope").DELETE());
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(response.body()).getString("code")).isEqualTo("QUERY_NOT_FOUND");
    }

    @Test
    void theMembersOfARequestReachTheEngine() throws Exception {
        gateway.send(
                gateway.query(
                        "{\"sql\":\"rows 1\",\"parameters\":[1,\"a\",null,2.5],\"batchRows\":10,\"timeoutMs\":5000,\"maxRows\":7}"));
        var request = gateway.queries.requests.getLast();
        assertThat(request.parameters()).containsExactly(1, "a", null, 2.5);
        assertThat(request.batchRows()).isEqualTo(10);
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(request.maxRows()).isEqualTo(7);
    }
}

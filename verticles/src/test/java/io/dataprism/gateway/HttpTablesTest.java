package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tables over HTTP. */
class HttpTablesTest {

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void tablesAreLoadedReadAndDropped() throws Exception {
        var put = gateway.request("/v1/tables/pub_a").header("Content-Type", "text/csv; charset=utf-8");
        var created = gateway.send(put.PUT(BodyPublishers.ofString("a\n1\n")));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.headers().firstValue("ETag")).contains("\"1\"");
        assertThat(new JsonObject(created.body()).getLong("bytes")).isEqualTo(4);
        GatewayFixture.problem(gateway.send(put.PUT(BodyPublishers.ofString("a\n1\n"))), 409, "TABLE_EXISTS");
        var replace = gateway.request("/v1/tables/pub_a?mode=replace").header("Content-Type", "text/csv");
        var replaced = gateway.send(replace.header("If-Match", "\"1\"").PUT(BodyPublishers.ofString("a\n2\n")));
        assertThat(replaced.statusCode()).isEqualTo(200);
        assertThat(replaced.headers().firstValue("ETag")).contains("\"2\"");
        GatewayFixture.problem(
                gateway.send(replace.PUT(BodyPublishers.ofString("a\n2\n"))), 412, "PRECONDITION_FAILED");
        GatewayFixture.problem(
                gateway.send(gateway.request("/v1/tables/pub_a")
                        .header("If-Match", "\"1\"")
                        .DELETE()),
                412,
                "PRECONDITION_FAILED");
        assertThat(new JsonObject(gateway.send(gateway.request("/v1/tables/pub_a"))
                                .body())
                        .getJsonArray("versions"))
                .isEqualTo(new JsonArray().add(2));
        assertThat(new JsonArray(gateway.send(gateway.request("/v1/tables")).body()))
                .hasSize(1);
        assertThat(gateway.send(gateway.request("/v1/tables/pub_a").DELETE()).statusCode())
                .isEqualTo(204);
        GatewayFixture.problem(gateway.send(gateway.request("/v1/tables/pub_a")), 404, "TABLE_NOT_FOUND");
        GatewayFixture.problem(
                gateway.send(gateway.request("/v1/tables/Upper")
                        .header("Content-Type", "text/csv")
                        .PUT(BodyPublishers.noBody())),
                400,
                "REQUEST_INVALID");
        GatewayFixture.problem(
                gateway.send(gateway.request("/v1/tables/pub_b?mode=merge")
                        .header("Content-Type", "text/csv")
                        .PUT(BodyPublishers.ofString("a"))),
                400,
                "REQUEST_INVALID");
        gateway.assertNoUploadsLeft();
    }

    @Test
    void ifMatchNamesTheVersionsOfWhichOneMustBeTheTablesOrAnyWithAStar() throws Exception {
        assertThat(replace("pub_m", null)).isEqualTo(201);
        assertThat(replace("pub_m", "\"9\", W/\"1\"")).isEqualTo(200);
        assertThat(replace("pub_m", "*")).isEqualTo(200);
        for (String others : new String[] {"\"1\", \"2\"", "\"none of ours\"", ""}) {
            var refused = gateway.send(replacing("pub_m", others));
            GatewayFixture.problem(refused, 412, "PRECONDITION_FAILED");
            assertThat(new JsonObject(refused.body()).getString("detail")).contains("If-Match", "tag is \"3\"");
        }
        gateway.tables.tables.remove("pub_m");
        var absent = gateway.send(replacing("pub_m", "*"));
        GatewayFixture.problem(absent, 412, "PRECONDITION_FAILED");
        assertThat(new JsonObject(absent.body()).getString("detail")).contains("no table 'pub_m'");
        assertThat(gateway.tables.tables).doesNotContainKey("pub_m");
        gateway.assertNoUploadsLeft();
    }

    private int replace(String table, @Nullable String ifMatch) throws Exception {
        return gateway.send(replacing(table, ifMatch)).statusCode();
    }

    private static HttpRequest.Builder replacing(String table, @Nullable String ifMatch) {
        var request = gateway.request("/v1/tables/" + table + "?mode=replace").header("Content-Type", "text/csv");
        if (ifMatch != null) {
            request.header("If-Match", ifMatch);
        }
        return request.PUT(BodyPublishers.ofString("a\n1\n"));
    }

    @Test
    void aJsonObjectKeepsTheRowsOfAQueryAndAnArrayIsRows() throws Exception {
        var kept = gateway.send(
                putJson("pub_k", " \n\t{\"sql\": \"SELECT ?\", \"parameters\": [1], \"timeoutMs\": 5000}"));
        assertThat(kept.statusCode()).as(kept.body()).isEqualTo(201);
        assertThat(kept.headers().firstValue("ETag")).hasValue("\"1\"");
        assertThat(gateway.tables.kept).singleElement().satisfies(query -> {
            assertThat(query.sql()).isEqualTo("SELECT ?");
            assertThat(query.parameters()).containsExactly(1);
            assertThat(query.timeout()).isEqualTo(java.time.Duration.ofSeconds(5));
        });
        assertThat(gateway.send(putJson("pub_rows", "[{\"sql\": 1}]")).statusCode())
                .isEqualTo(201);
        assertThat(gateway.tables.kept).hasSize(1);
        GatewayFixture.problem(
                gateway.send(putJson("pub_k", "{\"sql\": \"SELECT 1\", \"maxRows\": 1}")), 400, "REQUEST_INVALID");
        GatewayFixture.problem(gateway.send(putJson("pub_k", "{\"a\": 1}")), 400, "REQUEST_INVALID");
        GatewayFixture.problem(gateway.send(putJson("pub_k", "{\"sql\": \"SELECT 1\"} x")), 400, "REQUEST_INVALID");
        GatewayFixture.problem(
                gateway.send(putJson("pub_k", "{\"sql\": \"SELECT 1\", \"timeoutMs\": 600001}")),
                400,
                "REQUEST_INVALID");
        GatewayFixture.problem(
                gateway.send(putJson("pub_k", "{\"sql\": \"" + "x".repeat(1 << 20) + "\"}")), 413, "PAYLOAD_TOO_LARGE");
        assertThat(gateway.tables.kept).hasSize(1);
        gateway.tables.tables.remove("pub_k");
        gateway.tables.tables.remove("pub_rows");
        try (var left = java.nio.file.Files.list(gateway.directory.resolve("uploads"))) {
            assertThat(left).isEmpty();
        }
    }

    private static java.net.http.HttpRequest.Builder putJson(String table, String body) {
        return gateway.request("/v1/tables/" + table)
                .header("Content-Type", "application/json")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(body));
    }

    @Test
    void aLargeTableIsStreamedToDiskWithContinue() throws Exception {
        var put = gateway.request("/v1/tables/pub_large")
                .header("Content-Type", "text/csv")
                .expectContinue(true);
        var created = gateway.send(put.PUT(BodyPublishers.ofByteArray(new byte[3 * 1024 * 1024])));
        assertThat(new JsonObject(created.body()).getLong("bytes")).isEqualTo(3 * 1024 * 1024);
        gateway.tables.tables.remove("pub_large");
        gateway.assertNoUploadsLeft();
    }
}

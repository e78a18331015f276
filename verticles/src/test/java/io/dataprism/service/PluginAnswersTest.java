package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plugin in a real sandbox answers: datasets as files that the engine writes, and values with every digit. */
class PluginAnswersTest {

    private static final String PARQUET = "application/vnd.apache.parquet";

    @TempDir
    static Path folder;

    private static PluginNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new PluginNode(folder);
        node.activate(
                "rows",
                RowsPlugin.class,
                List.of(),
                PluginNode.permissions("storage read", "storage write", "data read"),
                new JsonObject("""
                        {"category": "data-processing",
                         "operations": [{"name": "rows", "kind": "dataset"}, {"name": "echo", "kind": "value"},
                                        {"name": "keep", "kind": "value"}, {"name": "count", "kind": "value"}],
                         "configuration": {"type": "object", "properties": {"n": {"type": "integer"}}}}"""));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aDatasetIsAParquetFileWithAllOfItsRows() throws Exception {
        HttpResponse<byte[]> answer = rows(new JsonObject().put("batches", 40));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains(PARQUET);
        Path file = Files.write(folder.resolve("answer.parquet"), answer.body());
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT count(*), sum(n), count(text), min(text) FROM read_parquet('" + file + "')")) {
            assertThat(found.next()).isTrue();
            assertThat(List.of(found.getLong(1), found.getLong(2), found.getLong(3), found.getString(4)))
                    .containsExactly(40_000L, 799_980_000L, 20_000L, "row 0");
        }
        nothingIsLeft();
    }

    @Test
    void aFailureAfterSomeBatchesIsTheAnswerForNothingWasWrittenYet() throws Exception {
        HttpResponse<byte[]> answer = rows(new JsonObject().put("batches", 3).put("fails", true));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer)).contains("broken off");
        nothingIsLeft();
    }

    /** Values of 97 bits, of 127 bits, and of more than the engine has, which JSON has all the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456789012345678901234567890",
                "-170141183460469231731687303715884105727",
                "18446744073709551616",
                "9999999999999999999999999999999999999999999999999999999999999999999999"
            })
    void aWholeNumberKeepsEachDigitOnItsWayThroughAPlugin(String digits) throws Exception {
        String params = "{\"params\":{\"n\":" + digits + ",\"in\":{\"list\":[" + digits + "]}}}";
        for (String operation : List.of("echo", "keep")) {
            HttpResponse<byte[]> answer =
                    node.post("/v1/plugins/rows/operations/" + operation, new JsonObject(params), "application/json");
            assertThat(text(answer)).contains("\"n\":" + digits, "[" + digits + "]");
        }
        JsonObject settings = new JsonObject("{\"n\":" + digits + "}");
        assertThat(node.put("/v1/plugins/rows/configuration", settings).encode())
                .contains("\"n\":" + digits);
        assertThat(node.get("/v1/plugins/rows/configuration")).contains("\"n\":" + digits);
        assertThat(text(node.post(
                        "/v1/plugins/rows/operations/echo",
                        new JsonObject().put("params", new JsonObject().put("settings", true)),
                        "application/json")))
                .contains("\"n\":" + digits);
    }

    @ParameterizedTest
    @CsvSource({
        "123456789012345678901234567890, 200",
        "170141183460469231731687303715884105727, 200",
        "-170141183460469231731687303715884105728, 200",
        "18446744073709551616, 200",
        "170141183460469231731687303715884105728, 400",
        "9999999999999999999999999999999999999999, 400"
    })
    void aWholeNumberIsAParameterOfAQueryAsFarAsTheEngineHasIt(String digits, int status) throws Exception {
        String body = "{\"sql\":\"SELECT ? AS n\",\"parameters\":[" + digits + "]}";
        HttpResponse<byte[]> answer = node.post("/v1/query", new JsonObject(body), "application/x-ndjson");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        HttpResponse<byte[]> plugin = node.post(
                "/v1/plugins/rows/operations/count",
                new JsonObject("{\"params\":{\"sql\":\"SELECT ?::VARCHAR AS n\",\"n\":" + digits + "}}"),
                "application/json");
        if (status == 200) {
            assertThat(text(answer)).isEqualTo("{\"n\":" + digits + "}\n");
            assertThat(text(plugin)).isEqualTo("{\"result\":\"" + digits + "\"}");
        } else {
            JsonObject problem = new JsonObject(text(answer));
            assertThat(problem.getString("code")).isEqualTo("REQUEST_INVALID");
            assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("pointer"))
                    .isEqualTo("#/parameters/0");
            assertThat(text(plugin)).contains("QUERY_INVALID", "parameter 1");
        }
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void aClientWhoLeavesBeforeAllBatchesHaveComeLeavesNothingBehind() throws Exception {
        CompletableFuture<HttpResponse<byte[]>> answer = node.postAsync(
                "/v1/plugins/rows/operations/rows",
                new JsonObject()
                        .put("params", new JsonObject().put("batches", 3).put("waits", true)),
                PARQUET);
        await().untilAsserted(() -> {
            try (Stream<Path> files = Files.list(folder.resolve("data").resolve("uploads"))) {
                assertThat(files).hasSize(1);
            }
        });
        answer.cancel(true);
        nothingIsLeft();
    }

    private static HttpResponse<byte[]> rows(JsonObject params) throws Exception {
        return node.post("/v1/plugins/rows/operations/rows", new JsonObject().put("params", params), PARQUET);
    }

    private static void nothingIsLeft() {
        await().untilAsserted(() -> {
            for (String each : List.of("uploads", "exports")) {
                try (Stream<Path> files = Files.list(folder.resolve("data").resolve(each))) {
                    assertThat(files).isEmpty();
                }
            }
            assertThat(new JsonArray(node.get("/v1/queries"))).isEmpty();
        });
    }
}

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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dataset of a plugin in a real sandbox, in the forms that the engine writes. */
class DatasetFormatsTest {

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
                new JsonArray(),
                new JsonObject()
                        .put("category", "data-processing")
                        .put(
                                "operations",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("name", "rows")
                                                .put("kind", "dataset"))));
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
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("broken off");
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

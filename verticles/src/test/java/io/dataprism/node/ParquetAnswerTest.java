package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries that are answered as Parquet, read back by an engine of the test's own. */
class ParquetAnswerTest {

    private static final String PARQUET = "application/vnd.apache.parquet";

    @TempDir
    static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void start() throws Exception {
        Path left = Files.createDirectories(folder.resolve("data").resolve("exports"));
        Files.writeString(left.resolve("left-by-a-crash.parquet"), "half");
        node = new RunningNode(folder);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @AfterEach
    void noFileIsLeft() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            try (Stream<Path> files = Files.list(folder.resolve("data").resolve("exports"))) {
                assertThat(files).isEmpty();
            }
            assertThat(new JsonArray(node.text(node.request("/v1/queries")).body()))
                    .isEmpty();
        });
    }

    /** Each row of {@code sql} over the answer, which is the view {@code answer}. */
    private static List<String> readBack(byte[] parquet, String sql) throws Exception {
        Path file = Files.write(folder.resolve("answer.parquet"), parquet);
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("CREATE VIEW answer AS FROM '" + file + "'");
            List<String> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery(sql)) {
                while (result.next()) {
                    rows.add(result.getString(1));
                }
            }
            return rows;
        }
    }

    private static byte[] answer(JsonObject query) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = node.bytes(node.query(query, PARQUET));
        assertThat(response.statusCode()).as(new String(response.body())).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(PARQUET);
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
        return response.body();
    }

    private static JsonObject sql(String sql) {
        return new JsonObject().put("sql", sql);
    }

    @Test
    void rowsAreAllThereAndInOrder() throws Exception {
        byte[] file = answer(sql("SELECT i, md5(i::VARCHAR) AS h FROM range(300000) r(i) ORDER BY i DESC"));
        assertThat(file.length).isGreaterThan(2 << 20);
        assertThat(readBack(file, "SELECT count(*) || ' ' || sum(i) || ' ' || count(DISTINCT h) FROM answer"))
                .containsExactly("300000 44999850000 300000");
        assertThat(readBack(file, "SELECT i FROM answer LIMIT 2")).containsExactly("299999", "299998");
    }

    @Test
    void valuesAreWholeEvenWhereParquetHasNoTypeForThem() throws Exception {
        byte[] file = answer(sql("SELECT '99999999999999999999999999999999999999'::HUGEINT AS h,"
                + " '12:30:00+05:30'::TIMETZ AS z, [7::UHUGEINT] AS u, '101'::BIT AS b, TIMESTAMP 'infinity' AS t,"
                + " TIMESTAMP_NS '2001-01-01 00:00:00.123456789' AS n, 1.50::DECIMAL(38,2) AS d, {'a': NULL::UUID} AS s,"
                + " MAP {'k': true} AS m, 'b'::ENUM('a', 'b') AS e, {'x': 1}::VARIANT AS v"));
        assertThat(readBack(file, "SELECT concat_ws(' | ', h, z, u, b, t, n, d, s, m, e, v) FROM answer"))
                .containsExactly("99999999999999999999999999999999999999 | 12:30:00+05:30 | [7] | 101 | infinity | "
                        + "2001-01-01 00:00:00.123456789 | 1.50 | {'a': NULL} | {k=true} | b | {\"x\":1}");
    }

    @Test
    void parametersMaxRowsAndRepeatedNamesAreAsInOtherFormats() throws Exception {
        byte[] file = answer(sql("SELECT i AS a, ?::VARCHAR AS a FROM range(10) r(i) -- a remark\n ;")
                .put("parameters", new JsonArray().add("p"))
                .put("maxRows", 3));
        assertThat(readBack(file, "SELECT a || a_1 FROM answer")).containsExactly("0p", "1p", "2p");
        for (String empty : List.of("SELECT 1 AS a WHERE false", "SELECT 1 AS a")) {
            byte[] none = answer(sql(empty).put("maxRows", 0));
            assertThat(readBack(none, "SELECT count(*) FROM answer")).containsExactly("0");
            assertThat(readBack(none, "SELECT column_name FROM (DESCRIBE answer)"))
                    .containsExactly("a");
        }
    }

    @Test
    void aQueryThatFailsIsAProblemForNothingWasSentYet() throws Exception {
        String late = "SELECT CASE WHEN i < 200000 THEN '1' ELSE 'x' END::BIGINT AS i FROM range(400000) r(i)";
        for (String failing : List.of("SELECT nope", late, "SELECT * FROM '/etc/passwd'")) {
            HttpResponse<String> response = node.text(node.query(failing, PARQUET));
            assertThat(response.statusCode()).as(failing).isIn(400, 404);
            assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        }
    }

    @Test
    void theDeadlineAndAReaderWhoLeavesEndIt() throws Exception {
        String endless = "SELECT hash(a.i * b.i) AS h FROM range(3000000) a(i), range(1000000) b(i)";
        HttpResponse<String> late = node.text(node.query(sql(endless).put("timeoutMs", 300), PARQUET));
        assertThat(late.statusCode()).isEqualTo(504);
        String large = "SELECT i, md5(i::VARCHAR) AS h FROM range(1000000) r(i)";
        HttpResponse<InputStream> response =
                node.client.send(node.query(large, PARQUET).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertThat(body.readNBytes(100)).hasSize(100);
        }
    }

    @Test
    void itIsAmongWhatARefusalNames() throws Exception {
        HttpResponse<String> response = node.text(node.query("SELECT 1", "application/pdf"));
        assertThat(response.statusCode()).isEqualTo(406);
        assertThat(new JsonObject(response.body()).getString("hint")).contains(PARQUET);
    }
}

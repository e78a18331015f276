package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a query's answer looks like in each format, over HTTP. */
class QueryFormatsIT {

    private static final String NDJSON = "application/x-ndjson";
    private static final String ARROW = "application/vnd.apache.arrow.stream";

    @TempDir
    static Path folder;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"), "--no-sample", "--no-plugins");
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    private static Answer query(JsonObject body, String... headers) throws Exception {
        return service.send(service.request("/v1/query")
                .header("Content-Type", "application/json")
                .headers(headers)
                .POST(BodyPublishers.ofString(body.encode())));
    }

    private static JsonObject sql(String sql) {
        return new JsonObject().put("sql", sql);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "170141183460469231731687303715884105727::HUGEINT | 170141183460469231731687303715884105727",
                "1.50::DECIMAL(5,2)                               | 1.50",
                "0.0000001::DECIMAL(18,7)                         | 0.0000001",
                "0.1::DOUBLE                                      | 0.1",
                "'nan'::DOUBLE                                    | \"NaN\"",
                "'-inf'::DOUBLE                                   | \"-Infinity\"",
                "DATE '2001-01-31'                                | \"2001-01-31\"",
                "TIMESTAMP '2001-01-31 10:00:00'                  | \"2001-01-31T10:00:00.000000\"",
                "TIMESTAMPTZ '2001-01-31 10:00:00+00'             | \"2001-01-31T10:00:00.000000Z\"",
                "INTERVAL '1 year 2 months 3 days 4 hours'        | \"P1Y2M3DT4H\"",
                "'\\xAA\\xBB'::BLOB                               | \"qrs=\"",
                "MAP {'k': 1}                                     | [{\"key\":\"k\",\"value\":1}]",
                "{'a': [1, NULL]}                                 | {\"a\":[1,null]}",
                "NULL                                             | null"
            })
    void valuesAreWhatTheContractSays(String expression, String expected) throws Exception {
        String statement = "SELECT " + expression + " AS v";
        assertThat(service.query(statement, NDJSON).expect(200).text()).isEqualTo("{\"v\":" + expected + "}\n");
        assertThat(service.query(statement, "application/json").expect(200).text())
                .contains("\"rows\":[{\"v\":" + expected + "}],\"truncated\":false");
        assertThat(service.query(statement, "text/event-stream").expect(200).text())
                .contains("data: {\"seq\":0,\"rows\":[{\"v\":" + expected + "}]}\n");
    }

    @Test
    void csvIsRfc4180WithNullEmptyAndTheEmptyStringQuoted() throws Exception {
        Answer answer = service.query(
                        "SELECT * FROM (VALUES (NULL, ''), ('a,b', 'c\"d'), (E'x\\ny', '[1]')) t(\"a,b\", c)",
                        "text/csv")
                .expect(200);
        assertThat(answer.text()).isEqualTo("\"a,b\",c\r\n,\"\"\r\n\"a,b\",\"c\"\"d\"\r\n\"x\ny\",[1]\r\n");
        assertThat(service.query("SELECT [1, NULL] AS l, {'a': 'x'} AS s", "text/csv")
                        .text())
                .isEqualTo("l,s\r\n\"[1,null]\",\"{\"\"a\"\":\"\"x\"\"}\"\r\n");
    }

    @Test
    void repeatedColumnNamesGetNumbersAndOneNamedErrorIsQueryInvalid() throws Exception {
        assertThat(service.query("SELECT 1 AS a, 2 AS a, 3 AS a", NDJSON).text())
                .isEqualTo("{\"a\":1,\"a_1\":2,\"a_2\":3}\n");
        for (String type : List.of(NDJSON, "text/csv", ARROW, "application/vnd.apache.parquet")) {
            service.query("SELECT 1 AS \"$error\"", type).problem(400, "QUERY_INVALID");
        }
    }

    @Test
    void jsonHasAtMost10000RowsAndSaysWhereItWasCut() throws Exception {
        JsonObject cut = service.query("FROM range(10001)", "application/json").json();
        assertThat(cut.getJsonArray("rows")).hasSize(10_000);
        assertThat(cut.getBoolean("truncated")).isTrue();
        JsonObject whole =
                service.query("FROM range(10000)", "application/json").json();
        assertThat(whole.getJsonArray("rows")).hasSize(10_000);
        assertThat(whole.getBoolean("truncated")).isFalse();
    }

    @Test
    void maxRows0AnswersTheSchemaAlone() throws Exception {
        JsonObject none = sql("FROM range(9)").put("maxRows", 0);
        assertThat(query(none, "Accept", NDJSON).expect(200).body()).isEmpty();
        assertThat(query(none, "Accept", "text/csv").expect(200).text()).isEqualTo("range\r\n");
        assertThat(query(none, "Accept", "application/json").expect(200).json().getJsonArray("schema"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject().put("name", "range").put("type", "BIGINT")));
        assertThat(ArrowRows.of(query(none, "Accept", ARROW).expect(200).body()))
                .isEmpty();
    }

    @Test
    void serverSentEventsComeInOrderAndEndWithCounts() throws Exception {
        String events = query(sql("FROM range(5)").put("batchRows", 2), "Accept", "text/event-stream")
                .expect(200)
                .text();
        List<String> names = events.lines()
                .filter(line -> line.startsWith("event: ") && !line.equals("event: progress"))
                .map(line -> line.substring("event: ".length()))
                .toList();
        assertThat(names).containsExactly("schema", "rows", "rows", "rows", "end");
        assertThat(events)
                .contains("\"seq\":0", "\"seq\":1", "\"seq\":2")
                .endsWith("data: {\"batches\":3,\"rows\":5}\n\n");
    }

    @Test
    void gzipIsForTextsNeverForArrowAndServerSentEvents() throws Exception {
        JsonObject rows = sql("FROM range(2)");
        Answer csv =
                query(rows, "Accept", "text/csv", "Accept-Encoding", "gzip").expect(200);
        assertThat(csv.header("content-encoding")).isEqualTo("gzip");
        try (var in = new GZIPInputStream(new ByteArrayInputStream(csv.body()))) {
            assertThat(new String(in.readAllBytes())).isEqualTo("range\r\n0\r\n1\r\n");
        }
        for (String type : List.of(ARROW, "text/event-stream")) {
            assertThat(query(rows, "Accept", type, "Accept-Encoding", "gzip")
                            .expect(200)
                            .header("content-encoding"))
                    .isEmpty();
        }
    }

    @Test
    void arrowIsPackedWithZstdOnRequest() throws Exception {
        JsonObject rows = sql("FROM range(50000)");
        byte[] plain = query(rows, "Accept", ARROW).expect(200).body();
        Answer around = query(rows, "Accept", ARROW, "Accept-Encoding", "zstd").expect(200);
        assertThat(around.header("content-encoding")).isEqualTo("zstd");
        assertThat(around.body()).hasSizeLessThan(plain.length);
        byte[] unpacked = new byte[plain.length + 1];
        long length = Zstd.decompress(unpacked, around.body());
        assertThat(Arrays.copyOf(unpacked, (int) length)).isEqualTo(plain);
        Answer within = query(rows, "Accept", ARROW + "; compression=zstd").expect(200);
        assertThat(within.header("content-encoding")).isEmpty();
        assertThat(within.body()).hasSizeLessThan(plain.length);
        query(rows, "Accept", ARROW + "; compression=lz4").problem(406, "NOT_ACCEPTABLE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT '日本語', nowhere              | nowhere",
                "SELECT 'e\u0301',\t'ü', nowhere FROM range(1) | nowhere",
                "SELECT 'ü' x y                       | y"
            })
    void thePositionOfAnErrorIsInCharacters(String statement, String offender) throws Exception {
        assertThat(service.query(statement, NDJSON)
                        .problem(400, "QUERY_INVALID")
                        .getInteger("position"))
                .isEqualTo(statement.lastIndexOf(offender));
    }

    @Test
    void parametersAreEveryScalarOfJsonAndNothingElse() throws Exception {
        JsonObject scalars = sql("SELECT ? AS s, ? AS i, ? AS d, ? AS b, ? AS n")
                .put(
                        "parameters",
                        new JsonArray()
                                .add("ü")
                                .add(9_007_199_254_740_993L)
                                .add(1.5)
                                .add(true)
                                .addNull());
        assertThat(query(scalars, "Accept", NDJSON).expect(200).text())
                .isEqualTo("{\"s\":\"ü\",\"i\":9007199254740993,\"d\":1.5,\"b\":true,\"n\":null}\n");
        for (String wrong : List.of("[]", "{}", "1e400", "\"\\ud800\"")) {
            service.send(service.request("/v1/query")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(
                                    "{\"sql\": \"SELECT ? AS a\", \"parameters\": [" + wrong + "]}")))
                    .problem(400, "REQUEST_INVALID");
        }
    }

    @Test
    void aValueThatParquetHasNoPlaceForIsQueryInvalid() throws Exception {
        String backwards = "SELECT INTERVAL '-1 day' AS i";
        assertThat(service.query(backwards, NDJSON).text()).isEqualTo("{\"i\":\"P-1D\"}\n");
        assertThat(service.query(backwards, "application/vnd.apache.parquet")
                        .problem(400, "QUERY_INVALID")
                        .getString("hint"))
                .contains("VARCHAR");
    }

    @Test
    void aPackedRequestIs415() throws Exception {
        query(sql("SELECT 1"), "Content-Encoding", "gzip").problem(415, "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void tenThousandParametersAreBoundAndALongTextIsTooLarge() throws Exception {
        JsonArray numbers = new JsonArray();
        for (int i = 0; i < 10_000; i++) {
            numbers.add(1);
        }
        String marks = "?,".repeat(9_999) + "?";
        assertThat(query(sql("SELECT list_sum([" + marks + "]) AS n").put("parameters", numbers), "Accept", NDJSON)
                        .expect(200)
                        .text())
                .isEqualTo("{\"n\":10000}\n");
        query(sql("SELECT '" + "x".repeat(10_000_000) + "'"), "Accept", NDJSON).problem(413, "PAYLOAD_TOO_LARGE");
    }
}

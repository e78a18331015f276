package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole life of tables, over HTTP. */
class TablesIT {

    private static final String CSV = "text/csv";
    private static final String JSON = "application/json";
    private static final String PARQUET = "application/vnd.apache.parquet";
    private static final String ARROW = "application/vnd.apache.arrow.stream";

    @TempDir
    static Path folder;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    private static Answer put(String path, String type, String body, String... headers) throws Exception {
        return put(path, type, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static Answer put(String path, String type, byte[] body, String... headers) throws Exception {
        var request = service.request("/v1/tables/" + path)
                .header("Content-Type", type)
                .PUT(BodyPublishers.ofByteArray(body));
        return service.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static String csv(String sql) throws Exception {
        return service.query(sql, CSV).expect(200).text();
    }

    @Test
    void newIs201ReplacedOrAppended200AndTheEntityTagIsTheVersion() throws Exception {
        Answer created = put("life", CSV, "a,b\n1,x\n").expect(201);
        assertThat(created.header("etag")).isEqualTo("\"1\"");
        put("life", CSV, "a,b\n1,x\n").problem(409, "TABLE_EXISTS");
        assertThat(put("life?mode=append", CSV, "a,b\n2,y\n").expect(200).header("etag"))
                .isEqualTo("\"2\"");
        assertThat(put("life?mode=replace", CSV, "a,b\n3,z\n").expect(200).header("etag"))
                .isEqualTo("\"3\"");
        put("never_made?mode=append", CSV, "a\n1\n").problem(404, "TABLE_NOT_FOUND");

        JsonObject table = service.get("/v1/tables/life").expect(200).json();
        assertThat(table.getJsonArray("versions")).isEqualTo(new JsonArray(List.of(1, 2, 3)));
        assertThat(csv("SELECT a FROM life AT (VERSION => 2) ORDER BY a")).isEqualTo("a\r\n1\r\n2\r\n");
        service.query("FROM life AT (VERSION => 4)", CSV).problem(400, "QUERY_INVALID");

        service.delete("/v1/tables/life").expect(204);
        service.delete("/v1/tables/life").problem(404, "TABLE_NOT_FOUND");
        Answer again = put("life", CSV, "a\n1\n").expect(201);
        assertThat(again.header("etag")).as("numbers go on").isEqualTo("\"4\"");
        service.query("FROM life AT (VERSION => 1)", CSV).problem(400, "QUERY_INVALID");
    }

    @Test
    void ifMatchFailsWith412AndNothingHappens() throws Exception {
        put("guarded", CSV, "a\n1\n").expect(201);
        put("guarded?mode=replace", CSV, "a\n2\n", "If-Match", "\"1\"").expect(200);
        for (String stale : List.of("\"1\"", "\"9\", \"1\"", "no tag")) {
            put("guarded?mode=replace", CSV, "a\n9\n", "If-Match", stale).problem(412, "PRECONDITION_FAILED");
            service.send(service.request("/v1/tables/guarded")
                            .header("If-Match", stale)
                            .DELETE())
                    .problem(412, "PRECONDITION_FAILED");
        }
        assertThat(csv("FROM guarded")).isEqualTo("a\r\n2\r\n");
        put("guarded?mode=replace", CSV, "a\n3\n", "If-Match", "\"1\", \"2\"").expect(200);
        put("guarded?mode=replace", CSV, "a\n4\n", "If-Match", "*").expect(200);
        put("absent", CSV, "a\n4\n", "If-Match", "*").problem(412, "PRECONDITION_FAILED");
        service.send(service.request("/v1/tables/absent")
                        .header("If-Match", "*")
                        .DELETE())
                .problem(412, "PRECONDITION_FAILED");
    }

    @Test
    void anotherSchemaIsDataInvalidAndNamesTheColumn() throws Exception {
        put("typed", CSV, "a,b\n1,x\n").expect(201);
        JsonObject names = put("typed?mode=append", CSV, "a,c\n1,x\n").problem(400, "DATA_INVALID");
        assertThat(names.getString("column")).isEqualTo("c");
        assertThat(names.getString("detail")).contains("[a, c]").contains("[a, b]");
        JsonObject types = put("typed?mode=append", JSON, "{\"sql\": \"SELECT 1.5 AS a, 'x' AS b\"}")
                .problem(400, "DATA_INVALID");
        assertThat(types.getString("column")).isEqualTo("a");
        assertThat(types.getString("detail")).contains("[a DECIMAL(2,1), b VARCHAR]");
        JsonObject value = put("typed?mode=append", CSV, "a,b\n1,x\ntwo,y\n").problem(400, "DATA_INVALID");
        assertThat(value.getInteger("row")).isEqualTo(2);
        assertThat(value.getString("column")).isEqualTo("a");
        assertThat(csv("FROM typed")).isEqualTo("a,b\r\n1,x\r\n");
    }

    @Test
    void whatAQueryAnswersAsParquetOrArrowCanBePutBack() throws Exception {
        String sql = "SELECT * FROM flights ORDER BY ALL LIMIT 1000";
        put("back_parquet", PARQUET, service.query(sql, PARQUET).expect(200).body())
                .expect(201);
        byte[] arrow = service.query(sql, ARROW).expect(200).body();
        put("back_arrow", ARROW, arrow).expect(201);
        String expected = csv("FROM (" + sql + ") ORDER BY ALL");
        assertThat(csv("FROM back_parquet ORDER BY ALL")).isEqualTo(expected);
        assertThat(csv("FROM back_arrow ORDER BY ALL")).isEqualTo(expected);

        byte[] twice = new byte[arrow.length * 2];
        System.arraycopy(arrow, 0, twice, 0, arrow.length);
        System.arraycopy(arrow, 0, twice, arrow.length, arrow.length);
        assertThat(put("twice", ARROW, twice).problem(400, "DATA_INVALID").getString("detail"))
                .as("two streams are not silently one")
                .contains("follow the end of the stream");
        byte[] packed =
                service.query(sql, ARROW + "; compression=zstd").expect(200).body();
        assertThat(put("packed", ARROW, packed).problem(400, "DATA_INVALID").getString("detail"))
                .contains("compressed with ZSTD");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1, 2]::INTEGER[2]",
                "MAP {'k': 1, 'l': NULL}",
                "[MAP {'k': [1, 2]::INTEGER[2]}, NULL]",
                "{'a': 1.5::DECIMAL(38,3), 'b': ['x', NULL]}",
                "INTERVAL '1 month 2 days 3.000001 seconds'",
                "TIMESTAMPTZ '2001-01-31 10:00:00.000001+02'",
                "'\\xAA'::BLOB"
            })
    void anArrowStreamOfAnyNestingIsPutBack(String expression) throws Exception {
        String sql = "SELECT " + expression + " AS v UNION ALL SELECT NULL";
        byte[] arrow = service.query(sql, ARROW).expect(200).body();
        assertThat(put("any_type?mode=replace", ARROW, arrow).status()).isIn(200, 201);
        assertThat(csv("FROM any_type")).isEqualTo(csv(sql));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain                           | ",
                "text/csv; charset=iso-8859-1         | charset=utf-8",
                "text/csv; header=absent              | header=present",
                "application/x-ndjson; charset=utf-16 | charset=utf-8"
            })
    void aMediaTypeThatWouldBeReadOtherwiseIs415(String type, String legal) throws Exception {
        JsonObject problem = put("other_type", type, "a\n1\n").problem(415, "UNSUPPORTED_MEDIA_TYPE");
        if (legal != null) {
            assertThat(problem.getString("detail")).contains(legal);
        }
        service.get("/v1/tables/other_type").problem(404, "TABLE_NOT_FOUND");
    }

    @Test
    void aPackedBodyIs415AndPlainParametersAreTaken() throws Exception {
        put("packed_body", CSV, "a\n1\n", "Content-Encoding", "gzip").problem(415, "UNSUPPORTED_MEDIA_TYPE");
        put("plain_body", "Text/CSV; charset=\"UTF-8\"; header=present", "a\n1\n", "Content-Encoding", "identity")
                .expect(201);
    }

    @Test
    void unknownMembersOfARequestAre400() throws Exception {
        service.get("/v1/tables?limit=1").problem(400, "REQUEST_INVALID");
        service.get("/v1/tables/flights?version=1").problem(400, "REQUEST_INVALID");
        service.delete("/v1/tables/flights?force=true").problem(400, "REQUEST_INVALID");
        service.get("/v1/queries?user=me").problem(400, "REQUEST_INVALID");
        put("modes?mode=upsert", CSV, "a\n1\n").problem(400, "REQUEST_INVALID");
        put("members", JSON, "{\"sql\": \"SELECT 1 AS a\", \"rows\": 3}").problem(400, "REQUEST_INVALID");
    }

    @Test
    void listingsAreFilteredByTheTokensTablesAndScopeIsCheckedBeforeExistence() throws Exception {
        put("mine_a", CSV, "a\n1\n").expect(201);
        put("theirs", CSV, "a\n1\n").expect(201);
        String narrowed = token(new JsonArray().add("mine_*"));
        String nothing = token(new JsonArray());
        assertThat(as(narrowed, "/v1/tables").expect(200).array()).hasSize(1);
        assertThat(as(nothing, "/v1/tables").expect(200).array()).isEmpty();
        as(narrowed, "/v1/tables/theirs").problem(403, "PERMISSION_DENIED");
        as(narrowed, "/v1/tables/not_there").problem(403, "PERMISSION_DENIED");
        as(narrowed, "/v1/tables/mine_b").problem(404, "TABLE_NOT_FOUND");
        service.send(service.anonymous("/v1/tables/mine_c")
                        .header("Authorization", "Bearer " + narrowed)
                        .header("Content-Type", JSON)
                        .PUT(BodyPublishers.ofString("{\"sql\": \"FROM theirs\"}")))
                .problem(403, "PERMISSION_DENIED");
    }

    private static String token(JsonArray tables) throws Exception {
        return service.post(
                        "/v1/tokens",
                        new JsonObject()
                                .put("sub", "narrow")
                                .put("roles", List.of("analyst"))
                                .put("tables", tables)
                                .put("ttlSeconds", 600))
                .expect(201)
                .json()
                .getString("token");
    }

    private static Answer as(String token, String path) throws Exception {
        return service.send(service.anonymous(path).header("Authorization", "Bearer " + token));
    }
}

package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.plugins.testing.RealPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin {@code postgres} in a real sandbox, whose only way to a real server is the host. */
@Tag("longer")
class PostgresIT {

    private static final String PLUGIN = "postgres";
    private static final String NDJSON = "application/x-ndjson";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static RealPostgres server;
    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        assumeThat(RealPostgres.installed()).as(RealPostgres.MISSING).isPresent();
        server = RealPostgres.start();
        server.sql(
                "CREATE TABLE cities (id bigserial PRIMARY KEY, name text, area numeric(9,2), seen timestamptz, more jsonb, tag uuid);"
                        + "INSERT INTO cities (name, area, seen, more, tag) VALUES ('Oslo', 454.12, '2001-01-31 10:00:00+01',"
                        + " '{\"sea\": true}', '6b1d2a0e-0000-4000-8000-00000000000f'), ('Rome', NULL, NULL, NULL, NULL);"
                        + "CREATE TABLE wide AS SELECT i AS id, repeat('x', 200) AS text FROM generate_series(1, 60000) i;"
                        + "CREATE VIEW slow AS SELECT i, pg_sleep(0.001 * i) IS NULL AS late FROM generate_series(1, 100000) i");
        service = Service.start(folder.resolve("data"), "--no-sample");
        service.put("/v1/plugins/postgres/configuration", settings("verify-full"))
                .expect(200);
        grant("127.0.0.1:" + server.port());
        service.post("/v1/plugins/postgres/activate").expect(200);
    }

    @AfterAll
    static void stop() throws Exception {
        if (service != null) {
            service.close();
            assertThat(service.log()).doesNotContain(RealPostgres.PASSWORD);
        }
        if (server != null) {
            server.close();
        }
    }

    private static JsonObject settings(String sslMode) throws Exception {
        return new JsonObject()
                .put("host", "127.0.0.1")
                .put("port", server.port())
                .put("database", RealPostgres.DATABASE)
                .put("user", RealPostgres.USER)
                .put("password", RealPostgres.PASSWORD)
                .put("sslMode", sslMode)
                .put("rootCertificate", server.certificate());
    }

    /** What the manifest asks for, but of all hosts this one. */
    private static void grant(String hostAndPort) throws Exception {
        JsonArray permissions = new JsonArray();
        for (String each : List.of(
                "network execute " + hostAndPort, "data write *", "storage read load:*", "storage write load:*")) {
            String[] parts = each.split(" ");
            permissions.add(new JsonObject()
                    .put("resource", parts[0])
                    .put("access", parts[1])
                    .put("scope", parts[2]));
        }
        JsonObject granted = service.put(
                        "/v1/plugins/postgres/grants", new JsonObject().put("permissions", permissions))
                .expect(200)
                .json();
        assertThat(granted.getJsonArray("pending")).isEmpty();
    }

    private static Answer call(String operation, JsonObject params, String mediaType) throws Exception {
        return service.call(PLUGIN, operation, new JsonObject().put("params", params), mediaType);
    }

    private static JsonObject table(String name) {
        return new JsonObject().put("table", name);
    }

    @Test
    void theServerIsReachedOverTlsAndItsTablesAreFound() throws Exception {
        JsonObject report = call("test-connection", new JsonObject(), "*/*")
                .expect(200)
                .json()
                .getJsonObject("result");
        assertThat(report.getBoolean("connected")).as(report.encode()).isTrue();
        assertThat(report.getString("detail")).contains("over TLS");
        assertThat(call("discover", new JsonObject(), "*/*").expect(200).json().getJsonArray("result").stream()
                        .map(found -> ((JsonObject) found).getString("name")))
                .contains("public.cities", "public.wide");
        assertThat(call("read", table("public.cities"), NDJSON).expect(200).rows())
                .containsExactly(
                        new JsonObject()
                                .put("id", 1)
                                .put("name", "Oslo")
                                .put("area", 454.12)
                                .put("seen", "2001-01-31T09:00:00.000000Z")
                                .put("more", "{\"sea\": true}")
                                .put("tag", "6b1d2a0e-0000-4000-8000-00000000000f"),
                        new JsonObject()
                                .put("id", 2)
                                .put("name", "Rome")
                                .putNull("area")
                                .putNull("seen")
                                .putNull("more")
                                .putNull("tag"));
    }

    @Test
    void whatIsNotGrantedIsRefusedByTheHost() throws Exception {
        try {
            grant("127.0.0.1:1");
            Answer refused = call("read", table("public.cities"), NDJSON).expect(403);
            assertThat(refused.json().getString("code")).isEqualTo("PERMISSION_DENIED");
            assertThat(refused.json().getString("detail")).contains("127.0.0.1:" + server.port());
            assertThat(call("test-connection", new JsonObject(), "*/*")
                            .expect(200)
                            .json()
                            .getJsonObject("result")
                            .getString("detail"))
                    .startsWith("PERMISSION_DENIED");
            assertThat(server.connections()).isZero();
        } finally {
            grant("127.0.0.1:" + server.port());
        }
    }

    @Test
    void aTableIsLoadedIntoTheEngineAndGoesOnWhereItEnded() throws Exception {
        server.sql(
                "CREATE TABLE visits (id bigserial, city text); INSERT INTO visits (city) VALUES ('Oslo'), ('Rome')");
        JsonObject load =
                table("visits").put("into", "visits").put("incremental", new JsonObject().put("column", "id"));
        assertThat(call("load", load, "*/*").expect(200).json().getJsonObject("result"))
                .isEqualTo(new JsonObject()
                        .put("table", "visits")
                        .put("version", 1)
                        .put("rows", 2));
        server.sql("INSERT INTO visits (city) VALUES ('Cairo')");
        JsonObject more = load.copy().put("mode", "append");
        assertThat(call("load", more, "*/*")
                        .expect(200)
                        .json()
                        .getJsonObject("result")
                        .getInteger("rows"))
                .isEqualTo(3);
        call("load", more, "*/*").expect(200);
        assertThat(service.query("SELECT string_agg(city, ' ' ORDER BY id) AS c FROM visits", NDJSON)
                        .expect(200)
                        .rows())
                .containsExactly(new JsonObject().put("c", "Oslo Rome Cairo"));
        JsonObject whole = table("wide").put("into", "wide");
        assertThat(call("load", whole, "*/*")
                        .expect(200)
                        .json()
                        .getJsonObject("result")
                        .getInteger("rows"))
                .isEqualTo(60_000);
        assertThat(call("load", whole, "*/*").expect(409).json().getString("code"))
                .isEqualTo("TABLE_EXISTS");
        nothingIsLeftOnTheServer();
    }

    @Test
    void whatTheHostKeepsOfAReadOutlivesAReload() throws Exception {
        server.sql("CREATE TABLE log (id bigserial, t text); INSERT INTO log (t) VALUES ('a'), ('b')");
        JsonObject read = table("log").put("incremental", new JsonObject().put("column", "id"));
        assertThat(call("read", read, NDJSON).expect(200).rows()).hasSize(2);
        assertThat(call("read", read, NDJSON).expect(200).rows()).isEmpty();
        service.post("/v1/plugins/postgres/deactivate").expect(200);
        server.sql("INSERT INTO log (t) VALUES ('c')");
        service.post("/v1/plugins/postgres/activate").expect(200);
        assertThat(call("read", read, NDJSON).expect(200).rows())
                .containsExactly(new JsonObject().put("id", 3).put("t", "c"));
    }

    @Test
    void rowsOfTheEngineAreWrittenAllOrNone() throws Exception {
        JsonObject write = new JsonObject()
                .put("params", table("written").put("mode", "create"))
                .put("input", new JsonObject().put("sql", "SELECT range AS id, 'r' || range AS t FROM range(20000)"));
        assertThat(service.call(PLUGIN, "write", write, "*/*")
                        .expect(200)
                        .json()
                        .getJsonObject("result"))
                .isEqualTo(new JsonObject().put("table", "written").put("rows", 20_000));
        JsonObject breaks = new JsonObject()
                .put("params", table("written"))
                .put(
                        "input",
                        new JsonObject()
                                .put(
                                        "sql",
                                        "SELECT range AS id, CASE WHEN range < 15000 THEN 'x' ELSE error('broken') END AS t FROM range(20000)"));
        assertThat(service.call(PLUGIN, "write", breaks, "*/*").status()).isGreaterThanOrEqualTo(400);
        assertThat(server.sql("SELECT count(*), count(DISTINCT t) FROM written"))
                .isEqualTo("20000|20000");
        nothingIsLeftOnTheServer();
    }

    @Test
    void aReaderWhoLeavesLeavesNothingOnTheServer() throws Exception {
        for (String name : List.of("wide", "slow")) {
            var request = service.request("/v1/plugins/postgres/operations/read")
                    .header("Content-Type", "application/json")
                    .header("Accept", NDJSON)
                    .POST(BodyPublishers.ofString(
                            new JsonObject().put("params", table(name)).encode()))
                    .build();
            var leaving = java.net.http.HttpClient.newHttpClient();
            var answer = leaving.sendAsync(request, BodyHandlers.ofInputStream());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(server.connections()).isEqualTo(1));
            if (name.equals("wide")) {
                try (InputStream rows = answer.get().body()) {
                    assertThat(rows.readNBytes(10_000)).hasSize(10_000);
                }
            }
            leaving.shutdownNow();
            nothingIsLeftOnTheServer();
        }
    }

    @Test
    void secretsAreShownToNobody() throws Exception {
        JsonObject shown =
                service.get("/v1/plugins/postgres/configuration").expect(200).json();
        assertThat(shown.encode()).contains("127.0.0.1").doesNotContain(RealPostgres.PASSWORD);
        assertThat(service.get("/v1/plugins/postgres/logs").expect(200).text()).doesNotContain(RealPostgres.PASSWORD);
    }

    /** The driver's classes bring two findings with them, and no service file, native code or other program. */
    @Test
    void theInspectionFindsWhatTheReadmeExplains() throws Exception {
        assertThat(service.get("/v1/plugins/postgres").expect(200).json().getJsonArray("findings").stream()
                        .map(String::valueOf))
                .satisfiesExactly(
                        finding -> assertThat(finding).startsWith("Asks for network execute '*'"),
                        finding -> assertThat(finding).startsWith("Asks for data write '*'"),
                        finding -> assertThat(finding)
                                .isEqualTo(
                                        "Opens what other classes keep private: org.postgresql.jdbc.TimestampUtils.<clinit>."),
                        finding -> assertThat(finding).startsWith("Opens network connections by itself"));
    }

    private static void nothingIsLeftOnTheServer() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.connections()).isZero());
    }
}

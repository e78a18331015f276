package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin {@code csv-folder} in a real sandbox, with a folder that the operator has opened to it. */
@Tag("longer")
class CsvFolderIT {

    private static final String PLUGIN = "csv-folder";
    private static final String NDJSON = "application/x-ndjson";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static Path mounted;
    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        mounted = Files.createDirectory(folder.resolve("files"));
        Files.writeString(folder.resolve("secret.csv"), "a\nsecret\n");
        Path configuration = Files.writeString(folder.resolve("node.yaml"), "mounts: {csv: '" + mounted + "'}");
        service = Service.start(folder.resolve("data"), "--no-sample", "--config", configuration.toString());
        service.put("/v1/plugins/csv-folder/configuration", new JsonObject().put("settleSeconds", 0))
                .expect(200);
        grant("execute");
        service.post("/v1/plugins/csv-folder/activate").expect(200);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @BeforeEach
    void anEmptyFolder() throws IOException {
        try (var files = Files.list(mounted)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
    }

    private static void grant(String accessOfTheFolder) throws Exception {
        JsonArray permissions = new JsonArray();
        for (String each : List.of(
                "storage " + accessOfTheFolder + " mount:csv",
                "data write *",
                "storage read file:*",
                "storage write file:*")) {
            String[] parts = each.split(" ");
            permissions.add(new JsonObject()
                    .put("resource", parts[0])
                    .put("access", parts[1])
                    .put("scope", parts[2]));
        }
        service.put("/v1/plugins/csv-folder/grants", new JsonObject().put("permissions", permissions))
                .expect(200);
    }

    private static void restart() throws Exception {
        service.post("/v1/plugins/csv-folder/unload").expect(200);
        service.post("/v1/plugins/csv-folder/activate").expect(200);
    }

    private static Answer call(String operation, JsonObject params, String mediaType) throws Exception {
        return service.call(PLUGIN, operation, new JsonObject().put("params", params), mediaType);
    }

    private static JsonObject result(String operation, JsonObject params) throws Exception {
        return call(operation, params, "*/*").expect(200).json().getJsonObject("result");
    }

    private static JsonObject table(String name) {
        return new JsonObject().put("table", name);
    }

    /** As old as that, so that its time differs from the last one's. */
    private static void put(String name, String content, int secondsAgo) throws IOException {
        Path file = Files.writeString(mounted.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
    }

    private static String rows(String sql) throws Exception {
        return service.query(sql, "text/csv").expect(200).text();
    }

    @Test
    void filesAreTables() throws Exception {
        put("cities.csv", "name,area,since\nOslo,454.12,1048-01-01\nRome,,0753-04-21\n", 10);
        assertThat(call("discover", new JsonObject(), "*/*")
                        .expect(200)
                        .json()
                        .getJsonArray("result")
                        .encode())
                .contains("\"cities.csv\"", "\"since\"");
        assertThat(call("read", table("cities.csv"), NDJSON).expect(200).rows())
                .containsExactly(
                        new JsonObject().put("name", "Oslo").put("area", 454.12).put("since", "1048-01-01"),
                        new JsonObject().put("name", "Rome").putNull("area").put("since", "0753-04-21"));
        put("bad.csv", "a,b\n1,2\n3\n", 10);
        Answer bad = call("read", table("bad.csv"), NDJSON).expect(400);
        assertThat(bad.json().getString("detail")).contains("'bad.csv' has 1 fields in row 2");
        assertThat(result("load", table("cities.csv").put("into", "towns")))
                .isEqualTo(
                        new JsonObject().put("table", "towns").put("version", 1).put("rows", 2));
        assertThat(rows("SELECT typeof(area) AS t, count(*) AS n FROM towns GROUP BY t"))
                .isEqualTo("t,n\r\nDOUBLE,2\r\n");
    }

    @Test
    void nothingOutsideOfTheFolderIsReached() throws Exception {
        Files.createSymbolicLink(mounted.resolve("link.csv"), folder.resolve("secret.csv"));
        put("real.csv", "a\n1\n", 10);
        for (String name : List.of(
                "link.csv", "../secret.csv", folder.resolve("secret.csv").toString())) {
            Answer refused = call("read", table(name), NDJSON);
            assertThat(refused.status()).as(name).isEqualTo(400);
            assertThat(refused.text()).doesNotContain("\"secret\"");
        }
        JsonObject outside = new JsonObject()
                .put("params", table("../written.csv"))
                .put("input", new JsonObject().put("sql", "SELECT 1 AS a"));
        service.call(PLUGIN, "write", outside, "*/*").expect(400);
        assertThat(folder.resolve("written.csv")).doesNotExist();
        assertThat(call("discover", new JsonObject(), "*/*")
                        .expect(200)
                        .json()
                        .getJsonArray("result")
                        .encode())
                .contains("real.csv")
                .doesNotContain("link.csv");
    }

    @Test
    void onlyWhatHasChangedIsLoadedAgainAlsoAfterAReload() throws Exception {
        put("one.csv", "a\n1\n", 100);
        put("two.tsv", "a\tb\n1\tx\n", 100);
        put("bad.csv", "a,b\n1\n", 100);
        JsonObject first = result("sync", new JsonObject());
        assertThat(first.getJsonArray("loaded").encode()).contains("\"one\"", "\"two\"");
        assertThat(first.getJsonArray("failed").encode()).contains("bad.csv", "row 1");
        restart();
        JsonObject second = result("sync", new JsonObject());
        assertThat(second.getJsonArray("loaded")).isEmpty();
        assertThat(second.getInteger("unchanged")).isEqualTo(2);
        put("one.csv", "a\n1\n", 50); // another time, the same content
        put("two.tsv", "a\tb\n2\tx\n", 50);
        JsonObject third = result("sync", new JsonObject());
        assertThat(third.getJsonArray("loaded").size()).isEqualTo(1);
        assertThat(rows("SELECT a, b FROM two")).isEqualTo("a,b\r\n2,x\r\n");
        assertThat(service.get("/v1/tables/one").expect(200).json().getInteger("version"))
                .isEqualTo(1);
    }

    @Test
    void aReadOfWhatHasNotChangedHasNoRows() throws Exception {
        put("log.csv", "a\n1\n", 10);
        JsonObject read = table("log.csv").put("changedOnly", true);
        assertThat(call("read", read, NDJSON).expect(200).rows()).hasSize(1);
        assertThat(call("read", read, NDJSON).expect(200).rows()).isEmpty();
        put("log.csv", "a\n1\n2\n", 5);
        assertThat(call("read", read, NDJSON).expect(200).rows()).hasSize(2);
    }

    @Test
    @Tag("longer") // it waits until the folder is looked at
    void changedFilesAreLoadedByThemselvesWhereTheSettingsSaySo() throws Exception {
        JsonObject settings = new JsonObject().put("autoLoad", true).put("tablePrefix", "auto_");
        service.put("/v1/plugins/csv-folder/configuration", settings).expect(200);
        try {
            put("seen.csv", "a\n1\n", 10);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> service.get("/v1/tables/auto_seen").expect(200));
        } finally {
            service.put("/v1/plugins/csv-folder/configuration", new JsonObject().put("settleSeconds", 0))
                    .expect(200);
        }
    }

    @Test
    void aTableIsWrittenToAFileAndDoesNotComeBackByItself() throws Exception {
        JsonObject write = new JsonObject()
                .put("params", table("out.csv"))
                .put("input", new JsonObject().put("sql", "SELECT range AS n, 'a, \"b\"' AS t FROM range(3)"));
        assertThat(service.call(PLUGIN, "write", write, "*/*")
                        .expect(200)
                        .json()
                        .getJsonObject("result"))
                .isEqualTo(new JsonObject().put("table", "out.csv").put("rows", 3));
        assertThat(mounted.resolve("out.csv"))
                .hasContent("n,t\n0,\"a, \"\"b\"\"\"\n1,\"a, \"\"b\"\"\"\n2,\"a, \"\"b\"\"\"\n");
        assertThat(result("sync", new JsonObject()).getJsonArray("loaded")).isEmpty();
        service.call(PLUGIN, "write", write, "*/*").expect(400);
    }

    @Test
    void aFolderThatIsGrantedForReadingIsNotWrittenTo() throws Exception {
        put("there.csv", "a\n1\n", 10);
        try {
            grant("read");
            restart();
            assertThat(call("read", table("there.csv"), NDJSON).expect(200).rows())
                    .hasSize(1);
            JsonObject write = new JsonObject()
                    .put("params", table("out.csv"))
                    .put("input", new JsonObject().put("sql", "SELECT 1 AS a"));
            Answer refused = service.call(PLUGIN, "write", write, "*/*");
            assertThat(refused.status()).isGreaterThanOrEqualTo(400);
            assertThat(refused.json().getString("detail")).contains("grant storage execute 'mount:csv'");
            assertThat(mounted.resolve("out.csv")).doesNotExist();
        } finally {
            grant("execute");
            restart();
        }
    }
}

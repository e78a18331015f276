package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plugin in a real sandbox that loads tables. */
class LoadTest {

    @TempDir
    static Path folder;

    private static PluginNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new PluginNode(folder);
        node.activate("loader", PluginNode.permissions("data write"), new JsonObject());
        node.activate(
                "hasty",
                PluginNode.permissions("data write"),
                new JsonObject().put("resources", new JsonObject().put("operationTimeout", "2s")));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aPluginMakesVersionsOfATableOutOfItsBatches() throws Exception {
        assertThat(load("made", "CREATE", 20)).isEqualTo(loaded(1, 20_000));
        assertThat(load("made", "APPEND", 1)).isEqualTo(loaded(2, 21_000));
        assertThat(load("made", "REPLACE", 3)).isEqualTo(loaded(3, 3_000));
        assertThat(node.query("SELECT count(*) AS n, sum(n) AS s FROM made")).isEqualTo("n,s\r\n3000,4498500\r\n");
        assertThat(node.get("/v1/audit?action=table.loaded")).contains("/plugins/loader");
        nothingIsLeft();
    }

    @Test
    void aLoadThatBreaksOffOrIsRefusedChangesNothing() throws Exception {
        load("kept", "CREATE", 1);
        JsonObject broken =
                node.execute("loader", "load", request("kept", "REPLACE", 5).put("breaksOff", true));
        assertThat(broken.getString("code")).isEqualTo("REQUEST_INVALID");
        assertThat(broken.getString("message")).isEqualTo("broken off");
        assertThat(code("kept", "CREATE", 5)).isEqualTo("TABLE_EXISTS");
        assertThat(code("nowhere", "APPEND", 5)).isEqualTo("TABLE_NOT_FOUND");
        assertThat(code("nothing", "CREATE", 0)).isEqualTo("DATA_INVALID");
        assertThat(code("No Name", "CREATE", 1)).isEqualTo("REQUEST_INVALID");
        assertThat(node.query("SELECT count(*) AS n FROM kept")).isEqualTo("n\r\n1000\r\n");
        nothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"loader, false, 200", "hasty, true, 504"})
    void loadsThatNeverEndFailWithTheCallThatTheyServeAndLeaveNothing(String plugin, boolean waits, int status)
            throws Exception {
        JsonObject params = new JsonObject().put("count", 4).put("waits", waits);
        assertThat(node.post("/v1/plugins/" + plugin + "/operations/leaveLoads", new JsonObject().put("params", params))
                        .statusCode())
                .isEqualTo(status);
        await().untilAsserted(() -> assertThat(
                        node.execute(plugin, "leftLoads", new JsonObject()).getJsonArray("ok"))
                .isEqualTo(new JsonArray(Collections.nCopies(4, "PLUGIN_TIMEOUT"))));
        nothingIsLeft();
        assertThat(load(plugin, "after", "REPLACE", 1).getInteger("rows")).isEqualTo(1000);
    }

    @Test
    void aPathInAMessageIsNobodysToName() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.csv"), "a\n1\n");
        JsonObject body = new JsonObject()
                .put("op", "load")
                .put("name", "stolen")
                .put("mode", "CREATE")
                .put("format", "CSV")
                .put("file", secret.toString());
        assertThat(node.call("loader", "dataprism.service.data.load", body).getString("code"))
                .isEqualTo("PERMISSION_DENIED");
        assertThat(secret).exists();
    }

    private static String code(String table, String mode, int batches) throws Exception {
        return node.execute("loader", "load", request(table, mode, batches)).getString("code");
    }

    private static JsonObject load(String table, String mode, int batches) throws Exception {
        return load("loader", table, mode, batches);
    }

    private static JsonObject load(String plugin, String table, String mode, int batches) throws Exception {
        return node.execute(plugin, "load", request(table, mode, batches)).getJsonObject("ok");
    }

    private static JsonObject request(String table, String mode, int batches) {
        return new JsonObject().put("table", table).put("mode", mode).put("batches", batches);
    }

    /** What the plugin answers; nothing of its memory is held any more. */
    private static JsonObject loaded(int version, int rows) {
        return new JsonObject().put("version", version).put("rows", rows).put("left", 0);
    }

    private static void nothingIsLeft() {
        await().untilAsserted(() -> {
            try (Stream<Path> files = Files.list(folder.resolve("data/plugin-loads"))) {
                assertThat(files).isEmpty();
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }
        });
    }
}

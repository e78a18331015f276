package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each service does for a plugin that may use it. */
class ServicesTest {

    private static final JsonObject NOTHING_MORE = new JsonObject();

    @TempDir
    static Path folder;

    private static PluginNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new PluginNode(folder);
    }

    @AfterEach
    void forgetThePlugins() throws Exception {
        for (Object plugin : new JsonArray(node.get("/v1/plugins"))) {
            node.delete(((JsonObject) plugin).getString("name"));
        }
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void whatAPluginStoresIsThereAfterARestartAndIsItsOwn() throws Exception {
        node.activate("keeper", PluginNode.permissions("storage read", "storage write"), NOTHING_MORE);
        assertThat(node.execute("keeper", "store", new JsonObject()))
                .isEqualTo(new JsonObject("{'ok': [{'n': 1}, ['a/1'], 'a/1', false]}".replace('\'', '"')));
        String id = nodeId();
        node.close();
        node = new PluginNode(folder);
        assertThat(nodeId()).isEqualTo(id);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> node.get("/v1/plugins/keeper").contains("\"state\":\"active\""));
        assertThat(node.call("keeper", "dataprism.service.storage.get", new JsonObject().put("key", "a/2")))
                .isEqualTo(new JsonObject("{'ok': {'found': true, 'value': ['x', true]}}".replace('\'', '"')));

        node.activate("other", PluginNode.permissions("storage read"), NOTHING_MORE);
        assertThat(node.call("other", "dataprism.service.storage.list", new JsonObject()))
                .isEqualTo(new JsonObject("{\"ok\": {\"keys\": [], \"next\": null}}"));
        node.delete("keeper");
        assertThat(folder.resolve("data/storage/keeper")).doesNotExist();
    }

    private static String nodeId() throws Exception {
        return new JsonObject(node.get("/v1/status")).getString("node");
    }

    @Test
    void storageHasAQuotaThatTheRefusalNames() throws Exception {
        node.activate(
                "hoarder",
                PluginNode.permissions("storage write"),
                new JsonObject().put("resources", new JsonObject().put("storage", "1MiB")));
        String large = "x".repeat(200_000);
        JsonObject last = new JsonObject();
        for (int index = 0; index < 6; index++) {
            last = node.call(
                    "hoarder",
                    "dataprism.service.storage.set",
                    new JsonObject().put("key", "k" + index).put("value", large));
        }
        assertThat(last.getString("code")).isEqualTo("QUOTA_EXCEEDED");
        assertThat(last.getString("message")).contains("1000", "1048576");
        assertThat(node.call(
                                "hoarder",
                                "dataprism.service.storage.set",
                                new JsonObject().put("key", "k").put("value", "x".repeat(300_000)))
                        .getString("code"))
                .isEqualTo("PAYLOAD_TOO_LARGE");
    }

    @Test
    void aPluginChangesItsOwnSettingsWithinItsSchemaAndItsSecretsStayAtHome() throws Exception {
        JsonObject schema = new JsonObject()
                .put("type", "object")
                .put(
                        "properties",
                        new JsonObject()
                                .put("limit", new JsonObject().put("type", "integer"))
                                .put(
                                        "password",
                                        new JsonObject().put("type", "string").put("writeOnly", true)));
        node.activate(
                "settled", PluginNode.permissions("core write config"), new JsonObject().put("configuration", schema));
        JsonObject settings = new JsonObject().put("limit", 3).put("password", "hush");
        assertThat(set("settled", settings).containsKey("ok")).isTrue();
        assertThat(node.call("settled", "dataprism.service.config.get", new JsonObject())
                        .getValue("ok"))
                .isEqualTo(settings);
        assertThat(set("settled", new JsonObject().put("limit", "three")).getString("code"))
                .isEqualTo("CONFIGURATION_INVALID");
        await().untilAsserted(() -> {
            String events = node.get("/v1/events/history?topic=plugin:settled:config:changed");
            assertThat(events).contains("[\"limit\",\"password\"]").doesNotContain("hush");
        });
    }

    @Test
    void whatAPluginMeasuresIsShownWithItsNameAndIsBounded() throws Exception {
        node.activate("measured", new JsonArray(), NOTHING_MORE);
        node.execute("measured", "measure", new JsonObject());
        await().untilAsserted(() -> assertThat(node.get("/metrics").lines())
                .contains(
                        "dataprism_plugin_custom_rows_read_total{plugin=\"measured\",table=\"flights\"} 3.0",
                        "dataprism_plugin_custom_queue_length{plugin=\"measured\"} 7.0",
                        "dataprism_plugin_custom_step_seconds_sum{plugin=\"measured\"} 1.5"));
        await().untilAsserted(
                        () -> assertThat(node.get("/v1/plugins/measured/logs")).contains("64 that it may have"));
        assertThat(node.get("/metrics").lines().filter(line -> line.contains("dataprism_plugin_custom_many_total{")))
                .hasSize(61);
    }

    @Test
    void aPluginThatMayWatchesTheNode() throws Exception {
        node.activate("watcher", PluginNode.permissions("core read metrics"), NOTHING_MORE);
        assertThat(node.call("watcher", "dataprism.service.metrics.getMetrics", new JsonObject())
                        .encode())
                .contains("dataprism.engine.queries.refused");
        assertThat(node.call("watcher", "dataprism.service.metrics.getStatus", new JsonObject())
                        .encode())
                .contains("\"name\":\"watcher\"", "\"state\":\"active\"");
        JsonObject memory = node.call("watcher", "dataprism.service.metrics.getMemoryUsage", new JsonObject())
                .getJsonObject("ok");
        assertThat(memory.getJsonObject("node").getLong("heapUsedBytes")).isPositive();
        assertThat(memory.getJsonObject("plugin").getLong("rssBytes")).isPositive();
    }

    @Test
    void aFolderOfTheOperatorsIsOpenAsFarAsItIsGranted() throws Exception {
        node.activate("reader", PluginNode.permissions("storage read mount:data-files"), NOTHING_MORE);
        node.activate("writer", PluginNode.permissions("storage write mount:data-files"), NOTHING_MORE);
        node.activate("stranger", PluginNode.permissions("storage read *", "storage write *"), NOTHING_MORE);
        JsonObject which = new JsonObject().put("name", "data-files");
        assertThat(node.execute("reader", "mount", which).getString("ok")).isEqualTo("there only");
        assertThat(node.execute("writer", "mount", which).getString("ok")).isEqualTo("there and written");
        assertThat(node.execute("stranger", "mount", which).getString("code")).isEqualTo("PERMISSION_DENIED");
        assertThat(node.execute("reader", "mount", new JsonObject().put("name", "other"))
                        .getString("code"))
                .isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void aRenderingReachesWhoeverFollowsItsView() throws Exception {
        node.activate("painter", PluginNode.permissions("ui write"), NOTHING_MORE);
        JsonObject rendering = new JsonObject()
                .put("view", "map")
                .put("mediaType", "image/svg+xml")
                .put("data", "PHN2Zy8+");
        assertThat(node.call("painter", "dataprism.service.ui.render", rendering)
                        .containsKey("ok"))
                .isTrue();
        assertThat(node.get("/v1/events/history?topic=ui:painter:*")).contains("image/svg+xml", "PHN2Zy8+");
    }

    @Test
    void onceEndsAfterOneEventAndIsAnActiveSubscriptionUntilThen() throws Exception {
        node.activate("follower", new JsonArray(), NOTHING_MORE);
        String topic = "plugin:follower:own";
        assertThat(node.execute("follower", "follow", new JsonObject()).getJsonArray("ok"))
                .isEqualTo(new JsonArray()
                        .add(new JsonArray())
                        .add(new JsonArray().add(topic))
                        .add(new JsonArray().add(topic))
                        .add(new JsonArray()));
    }

    private static JsonObject set(String plugin, JsonObject settings) throws Exception {
        return node.call(plugin, "dataprism.service.config.set", new JsonObject().put("settings", settings));
    }
}

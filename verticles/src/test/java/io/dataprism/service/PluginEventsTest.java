package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Handlers, failures that nobody waits for, and messages between plugins, in real sandboxes. */
class PluginEventsTest {

    private static final List<String> OPERATIONS = List.of("heard", "send", "throw");

    @TempDir
    static Path folder;

    private static PluginNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new PluginNode(folder);
        JsonArray follow = PluginNode.permissions("core read events:work:**", "core read events:eventbus:**");
        for (String name : List.of("listener", "failing")) {
            node.activate(name, ListeningPlugin.class, OPERATIONS, follow, new JsonObject());
        }
        node.activate(
                "sender",
                ListeningPlugin.class,
                OPERATIONS,
                PluginNode.permissions(
                        "core read events:work:**",
                        "core read events:eventbus:**",
                        "core execute plugin:listener",
                        "core execute plugin:nobody"),
                new JsonObject());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aHandlerThatFailsBecomesAnEventAndTheNextEventIsHandled() throws Exception {
        for (String data : List.of("one", "throw", "fail", "two")) {
            assertThat(node.post("/v1/events/work:done", new JsonObject().put("data", data))
                            .statusCode())
                    .isEqualTo(202);
        }
        await().untilAsserted(() -> assertThat(heard("listener")).contains("one", "fail", "two"));
        await().untilAsserted(() -> {
            List<JsonObject> failures = events("eventbus:error", "listener");
            assertThat(failures)
                    .anySatisfy(
                            failure -> assertThat(failure.getString("error")).contains("thrown by the handler"))
                    .anySatisfy(
                            failure -> assertThat(failure.getString("error")).isEqualTo("failed later"))
                    .allSatisfy(
                            failure -> assertThat(failure.getString("topic")).isNotBlank());
        });
        assertThat(node.get("/v1/plugins/listener/logs")).contains("a handler of work:done failed");
    }

    @Test
    void whatNobodyHandlesIsAnUnhandledRejection() throws Exception {
        node.execute("failing", "throw", new JsonObject(), Object.class);
        await().untilAsserted(() -> assertThat(events("eventbus:unhandled-rejection", "failing"))
                .extracting(failure -> failure.getString("error"))
                .anySatisfy(error -> assertThat(error).contains("a thread of its own died"))
                .anySatisfy(error -> assertThat(error).contains("a flux without a reader failed")));
        await().untilAsserted(() -> assertThat(heard("sender")).contains("eventbus:unhandled-rejection"));
    }

    @Test
    void aPluginIsNotTriggeredByItsOwnFailures() throws Exception {
        node.execute("failing", "throw", new JsonObject(), Object.class);
        await().untilAsserted(() -> assertThat(heard("listener")).contains("eventbus:unhandled-rejection"));
        assertThat(heard("failing")).doesNotContain("eventbus:unhandled-rejection");
    }

    @Test
    void aMessageReachesAnotherPluginWithTheGrantAlone() throws Exception {
        JsonObject message = new JsonObject().put("to", "listener").put("data", new JsonObject().put("n", 1));
        assertThat(node.execute("sender", "send", message, String.class)).isEqualTo("sent");
        await().untilAsserted(() -> assertThat(heard("listener")).contains("/plugins/sender said {n=1}"));
        assertThat(node.execute("failing", "send", message, String.class)).isEqualTo("PERMISSION_DENIED");
        assertThat(node.execute("sender", "send", message.copy().put("to", "nobody"), String.class))
                .isEqualTo("PLUGIN_NOT_FOUND");
        assertThat(node.execute("sender", "send", message.copy().put("data", "x".repeat(300_000)), String.class))
                .isEqualTo("PAYLOAD_TOO_LARGE");
    }

    @Test
    void coreEventsAreForwardedToPluginsUnderNamesOfTheirs() throws Exception {
        node.query("SELECT 4711 AS forwarded");
        node.post("/v1/query", new JsonObject().put("sql", "SELECT error('went wrong')"));
        await().untilAsserted(() -> {
            for (String[] names : new String[][] {
                {"core:query:complete", "plugin:data:available"}, {"core:error", "plugin:core:error"}
            }) {
                JsonObject core = newest(names[0]);
                JsonObject forwarded = newest(names[1]);
                assertThat(forwarded.getString("forwardedFrom")).isEqualTo(names[0]);
                assertThat(forwarded.copy().mergeIn(core)).isEqualTo(forwarded);
            }
        });
        assertThat(newest("plugin:core:error").encode()).contains("went wrong");
    }

    private static JsonObject newest(String topic) throws Exception {
        JsonArray events =
                new JsonObject(node.get("/v1/events/history?limit=1000&topic=" + topic)).getJsonArray("events");
        assertThat(events).isNotEmpty();
        return events.getJsonObject(events.size() - 1).getJsonObject("data");
    }

    private static List<Object> heard(String plugin) throws Exception {
        return node.execute(plugin, "heard", new JsonObject(), JsonArray.class).getList();
    }

    private static List<JsonObject> events(String topic, String plugin) throws Exception {
        return new JsonObject(node.get("/v1/events/history?limit=1000&topic=" + topic))
                .getJsonArray("events").stream()
                        .map(event -> ((JsonObject) event).getJsonObject("data"))
                        .filter(data -> plugin.equals(data.getString("plugin")))
                        .toList();
    }
}

package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsIT {

    private static final String HELLO = "plugin:publisher:hello";

    @TempDir
    static Path folder;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"));
        service.activate(TestPlugins.PUBLISHER);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void whatAPluginPublishesIsSeenOverBothTransports() throws Exception {
        try (SseReader sse = service.events("topic=plugin:publisher:*");
                WebSocketClient socket = service.webSocket()) {
            assertThat(sse.next().event()).isEqualTo("ready");
            subscribe(socket, HELLO, new JsonObject());
            publish(HELLO, "both");

            SseReader.Message message = sse.nextOf(HELLO);
            JsonObject frame = socket.nextOf(HELLO);
            assertThat(message.json()).isEqualTo(frame.getJsonObject("event"));
            assertThat(message.json().getString("data")).isEqualTo("both");
            assertThat(message.json().getString("source")).isEqualTo("/plugins/publisher");
            assertThat(message.json().getString("type")).isEqualTo("io.dataprism.plugin.publisher.hello");
            assertThat(message.json().getString("specversion")).isEqualTo("1.0");
            assertThat(message.json().getString("sequence")).matches("\\d{20}");
            assertThat(message.id()).matches("[A-Za-z0-9._~-]{1,512}");
        }
    }

    @Test
    void aCursorOfOneTransportResumesOnTheOther() throws Exception {
        String cursor;
        try (SseReader sse = service.events("topic=" + HELLO)) {
            sse.next();
            publish(HELLO, "seen");
            cursor = sse.nextOf(HELLO).id();
        }
        publish(HELLO, "missed 1");
        publish(HELLO, "missed 2");
        String afterFirst;
        try (WebSocketClient socket = service.webSocket()) {
            subscribe(socket, HELLO, new JsonObject().put("cursor", cursor));
            JsonObject first = socket.nextOf(HELLO);
            assertThat(first.getJsonObject("event").getString("data")).isEqualTo("missed 1");
            assertThat(socket.nextOf(HELLO).getJsonObject("event").getString("data"))
                    .isEqualTo("missed 2");
            afterFirst = first.getString("cursor");
        }
        try (SseReader sse = service.events("topic=" + HELLO, "Last-Event-ID", afterFirst)) {
            assertThat(sse.nextOf(HELLO).json().getString("data")).isEqualTo("missed 2");
        }
        JsonObject history = service.get("/v1/events/history?topic=" + HELLO + "&after=" + cursor + "&limit=10")
                .expect(200)
                .json();
        assertThat(history.getJsonArray("events").stream()
                        .map(event -> ((JsonObject) event).getString("data"))
                        .toList())
                .containsSubsequence("missed 1", "missed 2");
    }

    @Test
    void aQueryAndALifeCycleAreEvents() throws Exception {
        try (SseReader sse = service.events("topic=core:**&topic=plugin:*")) {
            assertThat(sse.next().event()).isEqualTo("ready");
            service.query("SELECT 42", "application/x-ndjson").expect(200);
            assertThat(sse.nextOf("core:query:complete").json().getString("source"))
                    .startsWith("/nodes/");
            service.activate(TestPlugins.ECHO);
            assertThat(sse.nextOf("plugin:activated")
                            .json()
                            .getJsonObject("data")
                            .getString("name"))
                    .isEqualTo("echo");
        }
    }

    @Test
    void aPluginPublishesToItsOwnTopicsOnlyAndAUserToNeitherPluginNorCore() throws Exception {
        JsonObject foreign = service.call(
                        TestPlugins.PUBLISHER,
                        "publish",
                        new JsonObject().put("topic", "plugin:other:hello").put("data", 1))
                .expect(200)
                .json()
                .getJsonObject("result");
        assertThat(foreign.getString("code")).isEqualTo("PERMISSION_DENIED");
        service.post("/v1/events/plugin:publisher:hello", new JsonObject().put("data", 1))
                .problem(403, "PERMISSION_DENIED");
        service.post("/v1/events/core:status", new JsonObject().put("data", 1)).problem(403, "PERMISSION_DENIED");
        Answer appended = service.post("/v1/events/team:news", new JsonObject().put("data", "hello"))
                .expect(202);
        assertThat(appended.json().getString("cursor")).isNotBlank();
        service.post("/v1/events/team:*", new JsonObject().put("data", 1)).problem(400, "REQUEST_INVALID");
    }

    @Test
    void aSubscriptionEndsAndTheConnectionStays() throws Exception {
        try (WebSocketClient socket = service.webSocket()) {
            subscribe(socket, HELLO, new JsonObject());
            socket.send(new JsonObject().put("op", "unsubscribe").put("id", "s"));
            assertThat(socket.next("complete").getBoolean("cancelled")).isTrue();
            socket.send(new JsonObject().put("op", "ping"));
            socket.next("pong");
            socket.send(new JsonObject().put("op", "nonsense").put("id", "n"));
            assertThat(socket.next("error").getJsonObject("problem").getString("code"))
                    .isEqualTo("REQUEST_INVALID");
            socket.send(new JsonObject().put("op", "ping"));
            socket.next("pong");
        }
    }

    @Test
    void aSocketWithoutATokenMustSignInFirst() throws Exception {
        try (WebSocketClient socket = WebSocketClient.open(HttpClient.newHttpClient(), service.base(), null)) {
            socket.send(new JsonObject().put("op", "auth").put("token", service.token()));
            assertThat(socket.next("authenticated").getString("sub")).isNotBlank();
        }
        try (WebSocketClient socket = WebSocketClient.open(HttpClient.newHttpClient(), service.base(), null)) {
            socket.send(new JsonObject().put("op", "auth").put("token", "wrong"));
            assertThat(socket.closeCode()).isEqualTo(4401);
        }
    }

    @Test
    void operationsAndQueriesWorkOverTheSocket() throws Exception {
        try (WebSocketClient socket = service.webSocket()) {
            socket.send(new JsonObject()
                    .put("op", "query")
                    .put("id", "q")
                    .put("format", "json")
                    .put("sql", "SELECT range AS n FROM range(3)"));
            assertThat(socket.next("schema").getString("id")).isEqualTo("q");
            assertThat(socket.next("batch").getJsonArray("rows")).hasSize(3);
            assertThat(socket.next("complete").getLong("rows")).isEqualTo(3);

            socket.send(new JsonObject()
                    .put("op", "query")
                    .put("id", "a")
                    .put("format", "arrow")
                    .put("sql", "SELECT 1"));
            ByteBuffer frame = ByteBuffer.wrap(socket.nextBinary());
            byte[] id = new byte[frame.getInt()];
            frame.get(id);
            assertThat(new String(id, StandardCharsets.UTF_8)).isEqualTo("a");
            socket.next("complete");

            socket.send(new JsonObject()
                    .put("op", "execute")
                    .put("id", "e")
                    .put("plugin", "publisher")
                    .put("operation", "publish")
                    .put("params", new JsonObject().put("topic", HELLO).put("data", "by socket")));
            assertThat(socket.next("result").getJsonObject("result").getString("code"))
                    .isEqualTo("none");
        }
    }

    private static void subscribe(WebSocketClient socket, String topic, JsonObject members) throws Exception {
        socket.send(members.copy().put("op", "subscribe").put("id", "s").put("topics", new JsonArray().add(topic)));
        assertThat(socket.next("subscribed").getString("id")).isEqualTo("s");
    }

    private static void publish(String topic, String data) throws Exception {
        JsonObject result = service.call(
                        TestPlugins.PUBLISHER,
                        "publish",
                        new JsonObject().put("topic", topic).put("data", data))
                .expect(200)
                .json()
                .getJsonObject("result");
        assertThat(result.getString("code")).as(result.encode()).isEqualTo("none");
    }
}

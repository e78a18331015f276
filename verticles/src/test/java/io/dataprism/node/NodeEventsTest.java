package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.event.EventLog;
import io.dataprism.gateway.Limits;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of events and cursors where a node stops and starts again on its data folder. */
@Timeout(180)
class NodeEventsTest {

    private static final EventLog.Limits LIMITS = new EventLog.Limits(500, 8 << 20, Duration.ofMinutes(30));

    @TempDir
    private Path folder;

    @Test
    void aDurableLogGoesOnBehindTheOldCursorsAfterARestart() throws Exception {
        List<String> cursors = new ArrayList<>();
        String epoch;
        try (RunningNode node = start(true)) {
            for (int i = 0; i < 6; i++) {
                cursors.add(publish(node, "app:" + i % 3, i));
            }
            epoch = stats(node).getString("epoch");
        }
        try (RunningNode node = start(true)) {
            publish(node, "app:0", 6);

            JsonObject history = history(node, cursors.get(2));
            assertThat(datas(history)).containsExactly(3, 4, 5, 6);
            assertThat(history.containsKey("gap")).isFalse();
            List<String> stream = stream(node, cursors.get(2), 4);
            assertThat(stream).hasSize(4).allMatch(frame -> frame.startsWith("event event"));
            assertThat(stream.getFirst()).contains(cursors.get(3)).contains("\"data\":3");
            assertThat(stats(node).getString("epoch")).isEqualTo(epoch);
            assertThat(stats(node).getBoolean("durable")).isTrue();
            assertThat(limits(node).getInteger("eventLogEvents")).isEqualTo(500);
            assertThat(limits(node).getInteger("eventLogBytes")).isEqualTo(8 << 20);
            assertThat(limits(node).getString("eventLogAge")).isEqualTo("1800s");
            assertThat(node.text(node.request("/metrics")).body()).contains("dataprism_events_disk_bytes");

            assertThat(node.text(node.request("/v1/events/history").DELETE()).statusCode())
                    .isEqualTo(204);
            assertThat(datas(history(node, null))).isEmpty();
        }
        try (RunningNode node = start(true)) {
            JsonObject history = history(node, cursors.getLast());
            assertThat(datas(history)).isEmpty();
            assertThat(history.getJsonObject("gap").getString("reason")).isEqualTo("expired");
        }
    }

    @Test
    void aLogInMemorySaysThatItBeganAnew() throws Exception {
        String cursor;
        try (RunningNode node = start(false)) {
            publish(node, "app:0", 0);
            cursor = publish(node, "app:0", 1);
            assertThat(folder.resolve("data").resolve("events")).doesNotExist();
        }
        try (RunningNode node = start(false)) {
            publish(node, "app:0", 2);

            JsonObject history = history(node, cursor);
            assertThat(history.getJsonObject("gap").getString("reason")).isEqualTo("epoch");
            assertThat(datas(history)).containsExactly(2);
            List<String> stream = stream(node, cursor, 2);
            assertThat(stream.get(0)).startsWith("event gap").contains("\"epoch\"");
            assertThat(stream.get(1)).startsWith("event event").contains("\"data\":2");
        }
    }

    @Test
    void aLogThatCannotBeOpenedStopsTheStartWithAWayOut() throws Exception {
        try (RunningNode node = start(true)) {
            publish(node, "app:0", 0);
        }
        Files.delete(folder.resolve("data").resolve("events").resolve("acknowledged"));
        Files.createDirectory(folder.resolve("data").resolve("events").resolve("acknowledged"));

        assertThatThrownBy(() -> start(true))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("cannot open the log of events in " + folder.resolve("data/events"))
                .hasMessageContaining("move it away");
    }

    private RunningNode start(boolean durable) throws Exception {
        return new RunningNode(
                folder,
                RunningNode.configured(
                        folder, Limits.defaults(), AccessSettings.defaults(), new EventConfiguration(durable, LIMITS)));
    }

    private static String publish(RunningNode node, String topic, int data) throws Exception {
        HttpResponse<String> answer = node.text(node.request("/v1/events/" + topic)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"data\":" + data + "}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return new JsonObject(answer.body()).getString("cursor");
    }

    private static JsonObject history(RunningNode node, String after) throws Exception {
        String path = "/v1/events/history?topic=app:*" + (after == null ? "" : "&after=" + after);
        return new JsonObject(node.text(node.request(path)).body());
    }

    private static JsonObject stats(RunningNode node) throws Exception {
        return new JsonObject(node.text(node.request("/v1/events/stats")).body());
    }

    private static JsonObject limits(RunningNode node) throws Exception {
        return new JsonObject(node.text(node.request("/v1/status")).body()).getJsonObject("limits");
    }

    private static List<Integer> datas(JsonObject history) {
        JsonArray events = history.getJsonArray("events");
        List<Integer> datas = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            datas.add(events.getJsonObject(i).getInteger("data"));
        }
        return datas;
    }

    /** So many frames behind {@code ready}, each as its kind, id and data. */
    private static List<String> stream(RunningNode node, String cursor, int count) throws Exception {
        HttpResponse<InputStream> answer = node.client.send(
                node.request("/v1/events?topic=app:*")
                        .header("Last-Event-ID", cursor)
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        List<String> frames = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            StringBuilder frame = new StringBuilder();
            while (frames.size() < count) {
                String line = lines.readLine();
                assertThat(line).as("the stream goes on behind " + frames).isNotNull();
                if (!line.isEmpty()) {
                    frame.append(line.replaceFirst(": ?", " ")).append('\n');
                    continue;
                }
                String whole = inOrder(frame.toString());
                if (whole.startsWith("event event") || whole.startsWith("event gap")) {
                    frames.add(whole);
                }
                frame.setLength(0);
            }
        }
        return frames;
    }

    /** The kind first, wherever it was written. */
    private static String inOrder(String frame) {
        return frame.lines()
                        .filter(line -> line.startsWith("event "))
                        .findFirst()
                        .orElse("") + "\n" + frame;
    }
}

package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Call;
import io.dataprism.core.confinement.PluginProcess.Pulse;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the host checks and keeps for plugins: results, checkpoints, runs of schedules, health. */
class PluginProgressTest {

    private static final Caller ADMIN = Caller.of(Principal.User.admin());
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String READ = """
            , "operations": [{"name": "read", "kind": "dataset", "params": {"type": "object"}}]""";
    private static final String COUNTED = """
            , "operations": [{"name": "count", "kind": "value",
                              "result": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}},
                                         "required": ["n"]}}]""";
    private static final String TICKING = """
            , "operations": [{"name": "refresh", "kind": "value"}],
              "schedules": [{"name": "often", "operation": "refresh", "every": "1s"},
                            {"name": "nightly", "operation": "refresh", "cron": "0 3 * * *"}]""";

    @TempDir
    Path folder;

    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(folder);
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    @Test
    void aResultThatBreaksItsSchemaIsThePluginsFailure() throws Exception {
        active("p-1", "utility", COUNTED);
        node.processes.behaviour = (call, door) -> Mono.just(new Answer.Value(Map.of("n", 7)));
        assertThat(((Outcome.Value) execute("count", new JsonObject())).result())
                .isEqualTo(new JsonObject().put("n", 7));

        for (Object wrong : List.of(Map.of("n", -1), Map.of(), "text")) {
            node.processes.behaviour = (call, door) -> Mono.just(new Answer.Value(wrong));
            assertThatThrownBy(() -> execute("count", new JsonObject()))
                    .rootCause()
                    .hasMessageContaining("The result of count that plugin p-1 answered does not match")
                    .satisfies(failure ->
                            assertThat(((DataPrismException) failure).code()).isEqualTo(ErrorCode.PLUGIN_FAILED));
        }
        node.processes.behaviour = (call, door) -> Mono.just(new Answer.Value(null));
        assertThatThrownBy(() -> execute("count", new JsonObject())).rootCause().hasMessageContaining("does not match");
    }

    @Test
    void aCheckpointIsHandedToTheNextReadOfTheSameTableAlsoAfterARestart() throws Exception {
        List<Object> began = new CopyOnWriteArrayList<>();
        active("p-1", "integration", READ);
        node.processes.behaviour = (call, door) -> read(call, began, Map.of("lsn", began.size()));
        read("far");
        read("far");
        read("near");
        node.as(ADMIN, () -> node.host.deactivate("p-1"));
        node.as(ADMIN, () -> node.host.unload("p-1"));
        node.as(ADMIN, () -> node.host.activate("p-1"));
        read("far");

        assertThat(began).containsExactly("none", Map.of("lsn", 0), "none", Map.of("lsn", 1));
        node.as(ADMIN, () -> node.host.unregister("p-1"));
        assertThat(folder.resolve("data/progress/p-1")).doesNotExist();
    }

    @Test
    void aReadThatFailsKeepsTheCheckpointThatWas() throws Exception {
        List<Object> began = new CopyOnWriteArrayList<>();
        active("p-1", "integration", READ);
        node.processes.behaviour = (call, door) -> read(call, began, "first");
        read("far");
        node.processes.behaviour = (call, door) -> read(call, began, "second")
                .map(answer ->
                        new Answer.Dataset(new Schema(List.of()), Flux.error(new IllegalStateException("gone"))));
        assertThatThrownBy(() -> read("far")).hasMessageContaining("gone");
        node.processes.behaviour = (call, door) -> read(call, began, "third");
        read("far");

        assertThat(began).containsExactly("none", "first", "first");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws Exception {
        Progress progress = new Progress(folder);
        progress.keepCheckpoint("p-1", "far", "x");
        Path file;
        try (var files = Files.list(folder.resolve("progress/p-1"))) {
            file = files.findFirst().orElseThrow();
        }
        Files.writeString(file, "{\"format\": 2}");
        assertThatThrownBy(() -> progress.checkpoint("p-1", "far"))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("format is 2");
    }

    @Test
    void aTableBeyondTheLimitIsRefused() throws Exception {
        Progress progress = new Progress(folder);
        progress.keepCheckpoint("p-1", "t0", "older");
        for (int table = 1; table < 1_000; table++) {
            Files.createFile(folder.resolve("progress/p-1/checkpoint-" + table + ".json"));
        }

        assertThatThrownBy(() -> progress.keepCheckpoint("p-1", "one more", 1)).hasMessageContaining("1000 tables");
        progress.keepCheckpoint("p-1", "t0", "newer");
        assertThat(progress.checkpoint("p-1", "t0")).isEqualTo("newer");
        progress.delete("p-1");
        assertThat(progress.checkpoint("p-1", "t0")).isNull();
    }

    @Test
    void aScheduleRunsWithoutOverlapAndItsLastRunOutlivesTheProcess() throws Exception {
        List<Call> runs = new CopyOnWriteArrayList<>();
        CompletableFuture<Answer> first = new CompletableFuture<>();
        node.processes.behaviour = (call, door) -> {
            runs.add(call);
            return runs.size() == 1 ? Mono.fromFuture(first) : Mono.just(new Answer.Value(null));
        };
        active("p-1", "utility", TICKING);
        await().atMost(PATIENCE).until(() -> runs.size() == 1);
        JsonObject running = schedule(0);
        String due = running.getString("nextRun");
        // The time of the next run passes while the first one is under way.
        await().atMost(PATIENCE).until(() -> !schedule(0).getString("nextRun").equals(due));
        assertThat(runs).hasSize(1);
        first.complete(new Answer.Value("done"));
        await().atMost(PATIENCE).until(() -> runs.size() >= 2);

        assertThat(running.getString("lastOutcome")).isEqualTo("running");
        assertThat(Objects.requireNonNull(runs.get(0).extras().run()).lastRun()).isNull();
        assertThat(Objects.requireNonNull(runs.get(1).extras().run()).lastRun()).isNotNull();
        await().atMost(PATIENCE).until(() -> node.published.contains("plugin:task:completed"));
        assertThat(schedule(1).getString("cron")).isEqualTo("0 3 * * *");
        assertThat(schedule(1).getString("nextRun")).endsWith("T03:00:00Z");

        node.as(ADMIN, () -> node.host.deactivate("p-1"));
        node.as(ADMIN, () -> node.host.unload("p-1"));
        int before = runs.size();
        node.as(ADMIN, () -> node.host.activate("p-1"));
        await().atMost(PATIENCE).until(() -> runs.size() > before);
        assertThat(Objects.requireNonNull(runs.get(before).extras().run()).lastRun())
                .isNotNull();
    }

    @Test
    void aRunThatFailsIsAnEventAndNobodyElseMayBeginOne() throws Exception {
        node.processes.behaviour = (call, door) ->
                Mono.error(new DataPrismException(ErrorCode.PLUGIN_FAILED, "It did not work.", "Look."));
        active("p-1", "utility", TICKING);
        await().atMost(PATIENCE).until(() -> node.published.contains("plugin:task:failed"));
        assertThat(schedule(0).getString("lastOutcome")).isIn("failed", "running");

        JsonObject body = new JsonObject()
                .put("operation", "refresh")
                .put("run", new JsonObject().put("schedule", "often").put("due", "2026-01-01T00:00:00Z"));
        assertThatThrownBy(() -> node.as(ADMIN, () -> node.vertx.eventBus().request("dataprism.plugin.p-1", body)))
                .hasMessageContaining("Only the node itself");
    }

    @Test
    @Tag("longer")
    void anUnhealthyPluginIsOneEventAndIsShown() throws Exception {
        node.processes.pulse = new Pulse(false, "The other side is gone.", Map.of("rowsIn", 3));
        active("p-1", "utility", TICKING);

        await().atMost(PATIENCE).until(() -> node.published.contains("plugin:unhealthy"));
        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(plugin.getJsonObject("health").getString("detail")).isEqualTo("The other side is gone.");
        assertThat(plugin.getJsonObject("health").getJsonObject("metrics").getInteger("rowsIn"))
                .isEqualTo(3);
        assertThat(plugin.getJsonArray("capabilities").getJsonObject(0).getString("name"))
                .isEqualTo("anything");
    }

    private static Mono<Answer> read(Call call, List<Object> began, Object reached) {
        var reading = Objects.requireNonNull(call.extras().reading());
        began.add(reading.checkpoint() == null ? "none" : reading.checkpoint());
        return Mono.just(new Answer.Dataset(new Schema(List.of()), Flux.defer(() -> {
            reading.reached().accept(reached);
            return Flux.empty();
        })));
    }

    private void read(String table) throws Exception {
        Outcome.Dataset dataset = (Outcome.Dataset) execute("read", new JsonObject().put("table", table));
        dataset.batches().blockLast(PATIENCE);
    }

    private JsonObject schedule(int index) throws Exception {
        return node.as(ADMIN, () -> node.host.get("p-1"))
                .getJsonArray("schedules")
                .getJsonObject(index);
    }

    private Outcome execute(String operation, JsonObject params) throws Exception {
        return node.as(ADMIN, () -> node.host.execute(new Execution("p-1", operation, params, null, null, null)));
    }

    private void active(String name, String category, String more) throws Exception {
        Path file = node.jar(name, "1.0.0", category, more);
        node.as(ADMIN, () -> node.host.register(file, false));
        node.as(ADMIN, () -> node.host.activate(name));
    }
}

package io.dataprism.host;

import static io.dataprism.host.TestNode.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.PluginLogger;
import io.dataprism.plugin.Rendering;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Calls of plugins, and what plugins ask for while they serve them. */
class PluginCallsTest {

    private static final Caller ANALYST =
            Caller.of(new Principal.User("ann", Set.of(Principal.Role.ANALYST), null, List.of("fli*"), null));
    private static final String OPERATIONS = """
            , "operations": [{"name": "echo", "kind": "value", "params": {"type": "object", "properties": {"n": {"type": "integer"}}}},
                             {"name": "read", "kind": "value", "input": "required"},
                             {"name": "rows", "kind": "dataset"},
                             {"name": "draw", "kind": "rendering", "mediaTypes": ["image/svg+xml", "image/png"]}]""";
    private static final String DATA =
            ", \"permissions\": [{\"resource\": \"data\", \"access\": \"read\", \"scope\": \"flights\"}]";

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
        assertThat(node.processes.running()).isZero();
        assertThat(node.streams.left()).isZero();
    }

    @Test
    void aDrawingOfAnotherFormatThanWasAskedForIsRefused() throws Exception {
        node.active("p-1", OPERATIONS);
        node.processes.behaviour =
                (call, door) -> Mono.just(new Answer.Drawing(new Rendering(ExportFormat.HTML, new byte[] {1})));

        assertThatThrownBy(() -> node.as(
                        ADMIN,
                        () -> node.host.execute(
                                new Execution("p-1", "draw", new JsonObject(), null, null, ExportFormat.PNG))))
                .hasMessageContaining("answered draw with HTML, where PNG was asked for");
    }

    @Test
    void aValueARenderingAndADatasetAreAnswered() throws Exception {
        node.active("p-1", OPERATIONS);
        Outcome value = node.as(
                ANALYST,
                () -> node.host.execute(new Execution("p-1", "echo", new JsonObject().put("n", 1), null, null, null)));
        assertThat(((Outcome.Value) value).result()).isEqualTo(new JsonObject().put("n", 1));

        node.processes.behaviour =
                (call, door) -> Mono.just(new Answer.Drawing(new Rendering(call.format(), new byte[] {1, 2})));
        Outcome drawing = node.as(
                ANALYST,
                () -> node.host.execute(new Execution("p-1", "draw", new JsonObject(), null, null, ExportFormat.PNG)));
        assertThat(((Outcome.Drawing) drawing).format()).isEqualTo(ExportFormat.PNG);
        assertThat(((Outcome.Drawing) drawing).bytes().getBytes()).containsExactly(1, 2);

        try (RootAllocator allocator = new RootAllocator()) {
            Batch batch = batch(allocator);
            node.processes.behaviour = (call, door) -> Mono.just(new Answer.Dataset(batch.schema(), Flux.just(batch)));
            Outcome.Dataset dataset = (Outcome.Dataset) node.as(ANALYST, () -> node.host.execute(call("p-1", "rows")));
            assertThat(dataset.columns())
                    .extracting("name", "type")
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("n", "INTEGER"));
            assertThat(dataset.batches().doOnNext(Batch::close).count().block()).isEqualTo(1);
        }
        await().untilAsserted(() -> assertThat(node.audit.of("plugin.executed")).hasSize(3));
    }

    @Test
    void aPluginIsToldWhetherAnotherIsNotActiveOrNotThere() throws Exception {
        node.active("p-1", """
                , "permissions": [{"resource": "core", "access": "execute", "scope": "plugin:p-*"}]""");
        node.register("p-2", "");
        var door = node.processes.last().door;

        assertThat(problem(door.request(null, "dataprism.plugin.p-2", Map.of())).code())
                .isEqualTo(ErrorCode.PLUGIN_NOT_ACTIVE);
        DataPrismException notThere = problem(door.request(null, "dataprism.plugin.p-3", Map.of()));
        assertThat(notThere.code()).isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
        assertThat(notThere.detail()).contains("'p-3'");
        assertThat(problem(door.request(null, "dataprism.plugin.other", Map.of()))
                        .code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void wrongCallsAreRefusedByName() throws Exception {
        assertThat(node.failure(ADMIN, () -> node.host.execute(call("nope", "x")))
                        .code())
                .isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
        node.register("p-1", OPERATIONS);
        assertThat(node.failure(ADMIN, () -> node.host.execute(call("p-1", "echo")))
                        .code())
                .isEqualTo(ErrorCode.PLUGIN_NOT_ACTIVE);
        node.as(ADMIN, () -> node.host.activate("p-1"));
        assertThat(node.failure(ADMIN, () -> node.host.execute(call("p-1", "nope"))))
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.OPERATION_NOT_FOUND);
                    assertThat(failure.detail()).contains("echo", "draw");
                });
        assertThat(node.failure(ADMIN, () -> node.host.execute(call("p-1", "read")))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(node.failure(
                                ADMIN,
                                () -> node.host.execute(new Execution(
                                        "p-1",
                                        "echo",
                                        new JsonObject(),
                                        new JsonObject().put("table", "flights"),
                                        null,
                                        null)))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(node.failure(
                                ADMIN,
                                () -> node.host.execute(new Execution(
                                        "p-1",
                                        "read",
                                        new JsonObject(),
                                        new JsonObject().put("table", "a\"b"),
                                        null,
                                        null)))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(node.failure(
                        ADMIN,
                        () -> node.host.execute(
                                new Execution("p-1", "echo", new JsonObject().put("n", "x"), null, null, null))))
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
                    assertThat(failure.violations()).extracting("pointer").contains("#/n");
                });
        assertThat(node.failure(
                                ADMIN,
                                () -> node.host.execute(
                                        new Execution("p-1", "draw", new JsonObject(), null, null, ExportFormat.PDF)))
                        .code())
                .isEqualTo(ErrorCode.NOT_ACCEPTABLE);
        Caller narrowed = Caller.of(new Principal.User("x", Set.of(Principal.Role.ANALYST), null, null, List.of()));
        assertThat(node.failure(narrowed, () -> node.host.execute(call("unheard-of", "x")))
                        .code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void anInputIsReadWithTheCallersRightsAndWithoutRowsItIsOneBatchOfNone() throws Exception {
        node.active("p-1", OPERATIONS);
        node.processes.behaviour = (call, door) -> call.input()
                .map(batch -> {
                    try (batch) {
                        return (long) batch.rowCount();
                    }
                })
                .collectList()
                .map(rows -> new Answer.Value(rows));

        Outcome outcome = node.as(
                ANALYST,
                () -> node.host.execute(new Execution(
                        "p-1", "read", new JsonObject(), new JsonObject().put("table", "flights"), null, null)));

        assertThat(((Outcome.Value) outcome).result()).hasToString("[0]");
        assertThat(node.readers).containsExactly(ANALYST);
    }

    @Test
    void aCallIsCancelledByItsCallerAlone() throws Exception {
        node.active("p-1", OPERATIONS);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        node.processes.behaviour = (call, door) ->
                Mono.<Answer>never().doOnSubscribe(go -> begun.countDown()).doOnCancel(cancelled::countDown);
        Execution execution = new Execution("p-1", "echo", new JsonObject().put("n", 1), null, null, null);
        CompletableFuture<ErrorCode> outcome = CompletableFuture.supplyAsync(
                () -> node.failure(ADMIN, () -> node.host.execute(execution)).code());
        assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();

        Caller stranger = Caller.of(new Principal.User("stranger", Set.of(Principal.Role.ADMIN), null, null, null));
        node.as(stranger, () -> node.host.cancel(execution));
        assertThat(cancelled.getCount()).isEqualTo(1);

        node.as(ADMIN, () -> node.host.cancel(execution));
        assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(outcome.get(5, TimeUnit.SECONDS)).isEqualTo(ErrorCode.PLUGIN_TIMEOUT);
    }

    @Test
    void anOfferedDatasetReachesThePluginAndOneThatIsRefusedIsFreed() throws Exception {
        node.active("p-1", OPERATIONS);
        node.processes.behaviour =
                (call, door) -> call.input().doOnNext(Batch::close).count().map(count -> new Answer.Value(count));
        try (RootAllocator allocator = new RootAllocator()) {
            Flux<Batch> offered = Flux.defer(() -> Flux.just(batch(allocator)));
            Outcome outcome = node.as(
                    ANALYST,
                    () -> node.host.execute(new Execution("p-1", "read", new JsonObject(), null, offered, null)));
            assertThat(((Outcome.Value) outcome).result()).isEqualTo(1L);
        }
        CountDownLatch freed = new CountDownLatch(1);
        Flux<Batch> unused = Flux.<Batch>never().doOnCancel(freed::countDown);
        assertThat(node.failure(
                                ADMIN,
                                () -> node.host.execute(
                                        new Execution("p-1", "echo", new JsonObject(), null, unused, null)))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(freed.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aChildsRequestsSpeakForItsPluginAndForTheCallItServes() throws Exception {
        node.active("p-1", OPERATIONS + DATA);
        node.processes.behaviour = (call, door) ->
                door.query(call.id(), "SELECT 1", List.of()).count().map(count -> new Answer.Value(count));

        node.as(ANALYST, () -> node.host.execute(call("p-1", "echo")));

        assertThat(node.readers).containsExactly(new Caller(new Principal.Plugin("p-1"), ANALYST));
    }

    @Test
    void aChildGetsNoFurtherThanItsGrants() throws Exception {
        node.active("p-1", OPERATIONS);
        var door = node.processes.last().door;

        assertThat(problem(door.request(null, "dataprism.service.data.tables", Map.of()))
                        .code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(problem(door.request(null, "__vertx.reply.1", Map.of())).code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(problem(door.request(null, "dataprism.engine", Map.of())).code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(problem(door.query(null, "SELECT 1", List.of()).then(Mono.empty()))
                        .code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(problem(door.request("gone", "dataprism.service.config.get", Map.of()))
                        .code())
                .isEqualTo(ErrorCode.STATE_CONFLICT);
        assertThat(problem(door.request(null, "dataprism.service.config.get", Map.of("x", new Object())))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(door.subscribe(null, "plugin:p-1:x").blockFirst().topic()).isEqualTo("plugin:p-1:x");
        assertThat(node.admitted).containsExactly("[[\"plugin:p-1:**\"]] [\"plugin:p-1:x\"]");
        assertThat(door.request(null, "dataprism.events.publish", Map.of("topic", "plugin:p-1:x"))
                        .block())
                .isEqualTo(Map.of("cursor", "c"));
        assertThat(door.request(null, "dataprism.service.config.get", Map.of()).block())
                .isEqualTo(Map.of());
        door.log(PluginLogger.Level.WARN, "careful", Map.of("step", 3));
        List<JsonObject> logs = node.as(ADMIN, () -> node.host.log("p-1")).after(0, 10).lines().stream()
                .map(line -> new JsonObject(Buffer.buffer(line)))
                .toList();
        assertThat(logs).extracting(line -> line.getString("message")).containsExactly("careful");
        assertThat(logs.getFirst().getJsonObject("fields")).isEqualTo(new JsonObject().put("step", 3));
    }

    @Test
    void onePluginCallsAnotherWithItsGrant() throws Exception {
        node.active("callee", OPERATIONS);
        node.active(
                "caller",
                OPERATIONS
                        + ", \"permissions\": [{\"resource\": \"core\", \"access\": \"execute\", \"scope\": \"plugin:callee\"}]");
        var door = node.processes.last().door;

        assertThat(door.request(null, "dataprism.plugin.callee", Map.of("operation", "echo", "params", Map.of("n", 5)))
                        .block())
                .isEqualTo(Map.of("n", 5));
        assertThat(problem(door.request(null, "dataprism.plugin.caller", Map.of("operation", "echo")))
                        .code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void drainingLetsWhatIsUnderWayFinishAndTakesNothingNew() throws Exception {
        node.active("p-1", OPERATIONS);
        CountDownLatch begun = new CountDownLatch(1);
        Sinks.One<Answer> answer = Sinks.one();
        node.processes.behaviour = (call, door) -> {
            begun.countDown();
            return answer.asMono();
        };
        CompletableFuture<Outcome> answered = new CompletableFuture<>();
        CompletableFuture<JsonObject> drained = new CompletableFuture<>();
        node.as(ANALYST, () -> {
            node.host.execute(call("p-1", "echo")).onSuccess(answered::complete);
            return Future.succeededFuture();
        });
        assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
        node.as(ADMIN, () -> {
            node.host.deactivate("p-1").onSuccess(drained::complete);
            return Future.succeededFuture();
        });
        await().until(() ->
                node.as(ADMIN, () -> node.host.get("p-1")).getString("state").equals("draining"));

        assertThat(node.failure(ADMIN, () -> node.host.execute(call("p-1", "echo")))
                        .code())
                .isEqualTo(ErrorCode.PLUGIN_NOT_ACTIVE);
        assertThat(drained).isNotDone();
        answer.tryEmitValue(new Answer.Value("late"));

        assertThat(answered.get(5, TimeUnit.SECONDS)).isEqualTo(new Outcome.Value("late"));
        assertThat(drained.get(5, TimeUnit.SECONDS).getString("state")).isEqualTo("loaded");
    }

    @Test
    void anAnswerThatNeverComesIsATimeoutAndTheCallIsCancelled() throws Exception {
        node.active("p-1", OPERATIONS + ", \"resources\": {\"operationTimeout\": \"10ms\"}");
        CountDownLatch cancelled = new CountDownLatch(1);
        node.processes.behaviour = (call, door) -> Mono.<Answer>never().doOnCancel(cancelled::countDown);

        assertThat(node.failure(ADMIN, () -> node.host.execute(call("p-1", "echo")))
                        .code())
                .isEqualTo(ErrorCode.PLUGIN_TIMEOUT);
        assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    }

    private static Execution call(String plugin, String operation) {
        return new Execution(plugin, operation, new JsonObject(), null, null, null);
    }

    private static DataPrismException problem(Mono<?> mono) {
        Throwable failure = catchThrowable(mono::block);
        assertThat(failure).isInstanceOf(DataPrismException.class);
        return (DataPrismException) failure;
    }

    private static Batch batch(RootAllocator allocator) {
        IntVector numbers = new IntVector("n", allocator);
        numbers.allocateNew(1);
        numbers.set(0, 7);
        numbers.setValueCount(1);
        VectorSchemaRoot root = VectorSchemaRoot.of(numbers);
        root.setRowCount(1);
        return new Batch(root);
    }
}

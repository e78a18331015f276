package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.dataprism.bus.Replies;
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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

class PluginHostTest {

    private static final Caller ADMIN = Caller.of(Principal.User.admin());
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
    void registeringRunsNothingAndShowsWhatIsAsked() throws Exception {
        PluginService.Registered registered = register("p-1", OPERATIONS + DATA);

        assertThat(registered.created()).isTrue();
        assertThat(registered.plugin().getString("state")).isEqualTo("registered");
        assertThat(registered.plugin().getJsonArray("pending")).hasSize(1);
        assertThat(registered.plugin().getJsonArray("operations")).hasSize(4);
        assertThat(node.processes.children).isEmpty();
        await().untilAsserted(() -> assertThat(node.published).contains("plugin:registered"));
    }

    @Test
    void aPluginRunsOnlyWithItsGrants() throws Exception {
        register("p-1", DATA);

        assertThat(failure(() -> node.host.activate("p-1")).code()).isEqualTo(ErrorCode.GRANTS_PENDING);
        assertThat(failure(() -> node.host.execute(call("p-1", "echo"))).code()).isEqualTo(ErrorCode.GRANTS_PENDING);
        JsonObject grants = node.as(ADMIN, () -> node.host.grant("p-1", new JsonObject().put("approve", "requested")));
        assertThat(grants.getJsonArray("pending")).isEmpty();
        assertThat(node.as(ADMIN, () -> node.host.activate("p-1")).getString("state"))
                .isEqualTo("active");
        assertThat(node.audit.of("plugin.granted").getFirst().caller()).isEqualTo(ADMIN);
    }

    @Test
    void theWholeLifeIsWalkedAndEachStepIsIdempotent() throws Exception {
        register("p-1", OPERATIONS);
        for (int twice = 0; twice < 2; twice++) {
            assertThat(state(node.host::load)).isEqualTo("loaded");
        }
        for (int twice = 0; twice < 2; twice++) {
            assertThat(state(node.host::activate)).isEqualTo("active");
        }
        assertThat(state(node.host::load)).isEqualTo("active");
        for (int twice = 0; twice < 2; twice++) {
            assertThat(state(node.host::deactivate)).isEqualTo("loaded");
        }
        for (int twice = 0; twice < 2; twice++) {
            assertThat(state(node.host::unload)).isEqualTo("unloaded");
        }
        assertThat(node.processes.children).hasSize(1);
        assertThat(node.processes.last().steps).containsExactly("initialize", "activate", "deactivate", "cleanup");
        await().untilAsserted(() -> assertThat(node.published)
                .containsExactly(
                        "plugin:registered",
                        "plugin:loaded",
                        "plugin:activated",
                        "plugin:deactivated",
                        "plugin:unloaded"));
        node.as(ADMIN, () -> node.host.unregister("p-1"));
        assertThat(failure(() -> node.host.get("p-1")).code()).isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
    }

    @Test
    void aValueARenderingAndADatasetAreAnswered() throws Exception {
        active("p-1", OPERATIONS);
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
    void wrongCallsAreRefusedByName() throws Exception {
        assertThat(failure(() -> node.host.execute(call("nope", "x"))).code()).isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
        register("p-1", OPERATIONS);
        assertThat(failure(() -> node.host.execute(call("p-1", "echo"))).code()).isEqualTo(ErrorCode.PLUGIN_NOT_ACTIVE);
        node.as(ADMIN, () -> node.host.activate("p-1"));
        assertThat(failure(() -> node.host.execute(call("p-1", "nope")))).satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.OPERATION_NOT_FOUND);
            assertThat(failure.detail()).contains("echo", "draw");
        });
        assertThat(failure(() -> node.host.execute(call("p-1", "read"))).code()).isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(failure(() -> node.host.execute(new Execution(
                                "p-1", "echo", new JsonObject(), new JsonObject().put("table", "flights"), null, null)))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(failure(() -> node.host.execute(new Execution(
                                "p-1", "read", new JsonObject(), new JsonObject().put("table", "a\"b"), null, null)))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(failure(() -> node.host.execute(
                        new Execution("p-1", "echo", new JsonObject().put("n", "x"), null, null, null))))
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
                    assertThat(failure.violations()).extracting("pointer").contains("#/n");
                });
        assertThat(failure(() -> node.host.execute(
                                new Execution("p-1", "draw", new JsonObject(), null, null, ExportFormat.PDF)))
                        .code())
                .isEqualTo(ErrorCode.NOT_ACCEPTABLE);
        Caller narrowed = Caller.of(new Principal.User("x", Set.of(Principal.Role.ANALYST), null, null, List.of()));
        assertThat(failureAs(narrowed, () -> node.host.execute(call("unheard-of", "x")))
                        .code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void anInputIsReadWithTheCallersRightsAndWithoutRowsItIsOneBatchOfNone() throws Exception {
        active("p-1", OPERATIONS);
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
        active("p-1", OPERATIONS);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        node.processes.behaviour = (call, door) ->
                Mono.<Answer>never().doOnSubscribe(go -> begun.countDown()).doOnCancel(cancelled::countDown);
        Execution execution = new Execution("p-1", "echo", new JsonObject().put("n", 1), null, null, null);
        CompletableFuture<ErrorCode> outcome = CompletableFuture.supplyAsync(
                () -> failure(() -> node.host.execute(execution)).code());
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
        active("p-1", OPERATIONS);
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
        assertThat(failure(() -> node.host.execute(new Execution("p-1", "echo", new JsonObject(), null, unused, null)))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(freed.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aChildsRequestsSpeakForItsPluginAndForTheCallItServes() throws Exception {
        active("p-1", OPERATIONS + DATA);
        node.processes.behaviour = (call, door) ->
                door.query(call.id(), "SELECT 1", List.of()).count().map(count -> new Answer.Value(count));

        node.as(ANALYST, () -> node.host.execute(call("p-1", "echo")));

        assertThat(node.readers).containsExactly(new Caller(new Principal.Plugin("p-1"), ANALYST));
    }

    @Test
    void aChildGetsNoFurtherThanItsGrants() throws Exception {
        active("p-1", OPERATIONS);
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
        assertThat(problem(door.request("gone", "dataprism.service.logger", Map.of()))
                        .code())
                .isEqualTo(ErrorCode.STATE_CONFLICT);
        assertThat(problem(door.request(null, "dataprism.service.logger", Map.of("x", new Object())))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(door.subscribe(null, "plugin:p-1:x").blockFirst().topic()).isEqualTo("plugin:p-1:x");
        assertThat(node.admitted).containsExactly("[[\"plugin:p-1:**\"]] [\"plugin:p-1:x\"]");
        assertThat(door.request(null, "dataprism.events.publish", Map.of("topic", "plugin:p-1:x"))
                        .block())
                .isEqualTo(Map.of("cursor", "c"));
        assertThat(door.request(null, "dataprism.service.config.get", Map.of()).block())
                .isEqualTo(Map.of());
        door.log(PluginLogger.Level.WARN, "careful");
        door.request(null, "dataprism.service.logger", Map.of("level", "info", "message", "hello"))
                .block();
        JsonArray logs = node.as(ADMIN, () -> node.host.logs("p-1"));
        assertThat(logs.stream().map(line -> ((JsonObject) line).getString("message")))
                .containsExactly("careful", "hello");
    }

    @Test
    void onePluginCallsAnotherWithItsGrant() throws Exception {
        active("callee", OPERATIONS);
        active(
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
    void aCrashFailsWhatIsUnderWayAndIsFollowedByARestart() throws Exception {
        active("p-1", OPERATIONS);
        CountDownLatch begun = new CountDownLatch(1);
        node.processes.behaviour = (call, door) -> {
            begun.countDown();
            return Mono.never();
        };
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        node.as(ANALYST, () -> {
            node.host.execute(call("p-1", "echo")).onFailure(failed::complete);
            return Future.succeededFuture();
        });
        assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();

        node.processes.last().crash("killed by a test");

        assertThat(((DataPrismException) failed.get(5, TimeUnit.SECONDS)).code())
                .isEqualTo(ErrorCode.PLUGIN_CRASHED);
        await().until(() ->
                node.processes.children.size() == 2 && state(node.host::get).equals("active"));
        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(plugin.getInteger("restarts")).isEqualTo(1);
        assertThat(plugin.getJsonObject("lastFailure").getString("detail")).contains("killed by a test");
        assertThat(node.published).contains("plugin:failed");
    }

    @Test
    void tooManyCrashesEndInQuarantineUntilAnOperatorActs() throws Exception {
        active("p-1", ", \"crash\": {\"maxRestarts\": 1, \"window\": \"1h\"}");
        node.processes.last().crash("one");
        await().until(() ->
                node.processes.children.size() == 2 && state(node.host::get).equals("active"));
        node.processes.last().crash("two");

        await().until(() -> state(node.host::get).equals("quarantined"));
        await().untilAsserted(() -> assertThat(node.published).contains("plugin:quarantined"));
        assertThat(node.meters.get("dataprism.plugin.failures").counter().count())
                .isEqualTo(2);
        assertThat(node.meters.get("dataprism.plugin.restarts").counter().count())
                .isEqualTo(1);
        assertThat(node.meters
                        .get("dataprism.plugins")
                        .tag("state", "quarantined")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(state(node.host::activate)).isEqualTo("active");
    }

    @Test
    void aConstructorThatThrowsFailsTheActivationAndNothingIsRetried() throws Exception {
        node.processes.constructorThrows = true;
        Path file = node.jar("p-1", "1.0.0", "");

        PluginService.Registered registered = node.as(ADMIN, () -> node.host.register(file, true));

        assertThat(registered.created()).isTrue();
        assertThat(registered.plugin().getJsonObject("problem").getString("code"))
                .isEqualTo("PLUGIN_FAILED");
        assertThat(registered.plugin().getString("state")).isEqualTo("failed");
        assertThat(registered.plugin().getJsonObject("lastFailure").getString("code"))
                .isEqualTo("PLUGIN_FAILED");
        assertThat(registered.plugin().getString("wish")).isEqualTo("inactive");
        node.processes.constructorThrows = false;
        assertThat(state(node.host::activate)).isEqualTo("active");
    }

    @Test
    void whatWasActiveIsActiveAgainAfterARestartOfTheNode() throws Exception {
        active("p-1", OPERATIONS + DATA);
        node.close();
        assertThat(node.processes.running()).isZero();

        node = new TestNode(folder);

        await().until(() -> state(node.host::get).equals("active"));
    }

    @Test
    void dependenciesAreActivatedFirst() throws Exception {
        register("p-1", ", \"dependencies\": [{\"name\": \"base\", \"version\": \"^1.0.0\"}]");
        assertThat(failure(() -> node.host.activate("p-1")).code()).isEqualTo(ErrorCode.DEPENDENCY_MISSING);
        register("base", "");

        assertThat(state(node.host::activate)).isEqualTo("active");
        assertThat(node.processes.children)
                .extracting(child -> child.launch.name())
                .containsExactly("base", "p-1");
        assertThat(failure(() -> node.host.unregister("base")).code()).isEqualTo(ErrorCode.HAS_DEPENDENTS);
    }

    @Test
    void aConfigurationIsCheckedAndSecretsAreNeverShown() throws Exception {
        active("p-1", """
                , "configuration": {"type": "object", "required": ["depth"], "additionalProperties": false,
                   "properties": {"depth": {"type": "integer", "minimum": 1}, "password": {"type": "string", "writeOnly": true}}}""");
        assertThat(failure(() -> node.host.configure(
                        "p-1",
                        new JsonObject()
                                .put("depth", 0)
                                .put("password", 12345678)
                                .put("x", 1))))
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
                    assertThat(failure.violations()).hasSizeGreaterThanOrEqualTo(3);
                    assertThat(failure.toJson().toString()).doesNotContain("12345678");
                });

        JsonObject settings = new JsonObject().put("depth", 2).put("password", "secret");
        assertThat(node.as(ADMIN, () -> node.host.configure("p-1", settings)))
                .isEqualTo(new JsonObject().put("depth", 2));
        assertThat(node.as(ADMIN, () -> node.host.configuration("p-1"))).isEqualTo(new JsonObject().put("depth", 2));
        assertThat(node.processes.last().steps).last().asString().contains("secret");
    }

    @Test
    void drainingLetsWhatIsUnderWayFinishAndTakesNothingNew() throws Exception {
        active("p-1", OPERATIONS);
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
        await().until(() -> state(node.host::get).equals("draining"));

        assertThat(failure(() -> node.host.execute(call("p-1", "echo"))).code()).isEqualTo(ErrorCode.PLUGIN_NOT_ACTIVE);
        assertThat(drained).isNotDone();
        answer.tryEmitValue(new Answer.Value("late"));

        assertThat(answered.get(5, TimeUnit.SECONDS)).isEqualTo(new Outcome.Value("late"));
        assertThat(drained.get(5, TimeUnit.SECONDS).getString("state")).isEqualTo("loaded");
    }

    @Test
    void anAnswerThatNeverComesIsATimeoutAndTheCallIsCancelled() throws Exception {
        active("p-1", OPERATIONS + ", \"resources\": {\"operationTimeout\": \"10ms\"}");
        CountDownLatch cancelled = new CountDownLatch(1);
        node.processes.behaviour = (call, door) -> Mono.<Answer>never().doOnCancel(cancelled::countDown);

        assertThat(failure(() -> node.host.execute(call("p-1", "echo"))).code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT);
        assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aNewVersionTakesOverWhenThePluginIsStartedAgain() throws Exception {
        active("p-1", OPERATIONS);
        Path newer = node.jar("p-1", "1.1.0", OPERATIONS);
        assertThat(node.as(ADMIN, () -> node.host.register(newer, false))
                        .plugin()
                        .getString("version"))
                .isEqualTo("1.0.0");
        node.as(ADMIN, () -> node.host.unload("p-1"));

        JsonObject plugin = node.as(ADMIN, () -> node.host.activate("p-1"));

        assertThat(plugin.getString("version")).isEqualTo("1.1.0");
        assertThat(plugin.getJsonArray("versions")).containsExactly("1.0.0", "1.1.0");
        assertThat(node.processes.last().launch.version()).isEqualTo("1.1.0");
    }

    @Test
    void bundledPluginsAreThereAndStay() throws Exception {
        Path bundled = Files.createDirectory(folder.resolve("bundled"));
        Files.move(node.jar("p-1", "1.0.0", OPERATIONS), bundled.resolve("p.jar"));
        Files.writeString(bundled.resolve("broken.jar"), "no zip");

        TestNode.await(node.host.installBundled(bundled));
        TestNode.await(node.host.installBundled(bundled));

        assertThat(node.as(ADMIN, () -> node.host.list("utility", "registered")))
                .hasSize(1);
        assertThat(node.as(ADMIN, () -> node.host.list("visualization", null))).isEmpty();
        assertThat(failure(() -> node.host.unregister("p-1")).code()).isEqualTo(ErrorCode.STATE_CONFLICT);
        assertThat(state(node.host::activate)).isEqualTo("active");
    }

    private PluginService.Registered register(String name, String more) throws Exception {
        Path file = node.jar(name, "1.0.0", more);
        return node.as(ADMIN, () -> node.host.register(file, false));
    }

    private void active(String name, String more) throws Exception {
        register(name, more);
        node.as(ADMIN, () -> node.host.grant(name, new JsonObject().put("approve", "requested")));
        node.as(ADMIN, () -> node.host.activate(name));
    }

    private String state(java.util.function.Function<String, Future<JsonObject>> call) throws Exception {
        return node.as(ADMIN, () -> call.apply("p-1")).getString("state");
    }

    private static Execution call(String plugin, String operation) {
        return new Execution(plugin, operation, new JsonObject(), null, null, null);
    }

    private <T> DataPrismException failure(Supplier<Future<T>> call) {
        return failureAs(ADMIN, call);
    }

    private <T> DataPrismException failureAs(Caller caller, Supplier<Future<T>> call) {
        Throwable failure = catchThrowable(() -> node.as(caller, call));
        assertThat(failure).isNotNull();
        return Replies.toProblem(failure.getCause());
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

package io.dataprism.host;

import static io.dataprism.host.TestNode.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.lifecycle.PluginState;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.gateway.contract.PublishedContract;
import io.dataprism.host.PluginService.Execution;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The life of plugins in a host. */
class PluginHostTest {

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
        PluginService.Registered registered = node.register("p-1", OPERATIONS + DATA);

        assertThat(registered.created()).isTrue();
        assertThat(registered.plugin().getString("state")).isEqualTo("registered");
        assertThat(registered.plugin().getJsonArray("pending")).hasSize(1);
        assertThat(registered.plugin().getJsonArray("operations")).hasSize(4);
        assertThat(node.processes.children).isEmpty();
        await().untilAsserted(() -> assertThat(node.published).contains("plugin:registered"));
    }

    @Test
    void aPluginRunsOnlyWithItsGrants() throws Exception {
        node.register("p-1", DATA);

        assertThat(node.failure(ADMIN, () -> node.host.activate("p-1")).code()).isEqualTo(ErrorCode.GRANTS_PENDING);
        assertThat(node.failure(ADMIN, () -> node.host.execute(call("p-1", "echo")))
                        .code())
                .isEqualTo(ErrorCode.GRANTS_PENDING);
        JsonObject grants = node.as(ADMIN, () -> node.host.grant("p-1", new JsonObject().put("approve", "requested")));
        assertThat(grants.getJsonArray("pending")).isEmpty();
        assertThat(node.as(ADMIN, () -> node.host.activate("p-1")).getString("state"))
                .isEqualTo("active");
        assertThat(node.audit.of("plugin.granted").getFirst().caller()).isEqualTo(ADMIN);
    }

    @Test
    void theWholeLifeIsWalkedAndEachStepIsIdempotent() throws Exception {
        node.register("p-1", OPERATIONS);
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
        assertThat(node.failure(ADMIN, () -> node.host.get("p-1")).code()).isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
    }

    @Test
    void aCrashFailsWhatIsUnderWayAndIsFollowedByARestart() throws Exception {
        node.active("p-1", OPERATIONS);
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
        PublishedContract.assertFits(PublishedContract.OPEN_API, "Plugin", plugin, plugin.encode());
        JsonObject grants = node.as(ADMIN, () -> node.host.grants("p-1"));
        PublishedContract.assertFits(PublishedContract.OPEN_API, "Grants", grants, grants.encode());
        JsonObject deployment = node.as(ADMIN, () -> node.host.deployment("p-1"));
        PublishedContract.assertFits(PublishedContract.OPEN_API, "Deployment", deployment, deployment.encode());
        assertThat(plugin.getInteger("restarts")).isEqualTo(1);
        assertThat(plugin.getJsonObject("lastFailure").getString("detail")).contains("killed by a test");
        assertThat(node.published).contains("plugin:failed");
    }

    @Test
    void tooManyCrashesEndInQuarantineUntilAnOperatorActs() throws Exception {
        node.active("p-1", ", \"crash\": {\"maxRestarts\": 1, \"window\": \"1h\"}");
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
        assertThat(folder.resolve("data/quarantined/p-1")).content().contains("two");
        assertThat(QuarantineNotes.open(folder.resolve("data")).first("p-1", "1.0.0"))
                .as("after a restart of the node")
                .isInstanceOf(PluginState.Quarantined.class);

        assertThat(state(node.host::activate)).isEqualTo("active");
        assertThat(folder.resolve("data/quarantined")).isEmptyDirectory();
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
    void aTokenNarrowedToSomePluginsTakesNoPackageOfAnother() throws Exception {
        Caller narrowed =
                Caller.of(new Principal.User("oscar", Set.of(Principal.Role.OPERATOR), null, null, List.of("probe-*")));
        node.register("there", "");
        Path same = node.jar("there", "1.0.0", "");
        for (Path file : List.of(node.jar("zz3", "1.0.0", ""), node.jar("there", "2.0.0", ""), same)) {
            DataPrismException refusal = node.failure(narrowed, () -> node.host.register(file, true));

            assertThat(refusal.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(refusal.detail()).contains("oscar", "probe-*");
            assertThat(file).doesNotExist();
        }
        assertThat(node.failure(ADMIN, () -> node.host.get("zz3")).code()).isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
        assertThat(node.as(ADMIN, () -> node.host.get("there")).getJsonArray("versions"))
                .hasSize(1);
        Path own = node.jar("probe-1", "1.0.0", "");
        assertThat(node.as(narrowed, () -> node.host.register(own, true)).created())
                .isTrue();
        Path others = node.jar("zz3", "1.0.0", "");
        assertThat(node.failure(narrowed, () -> node.host.reload("probe-1", others))
                        .code())
                .isEqualTo(ErrorCode.PACKAGE_INVALID);
        assertThat(node.failure(ADMIN, () -> node.host.get("zz3")).code()).isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
    }

    @Test
    void whatWasActiveIsActiveAgainAfterARestartOfTheNode() throws Exception {
        node.active("p-1", OPERATIONS + DATA);
        node.close();
        assertThat(node.processes.running()).isZero();

        node = new TestNode(folder);

        await().until(() -> state(node.host::get).equals("active"));
    }

    @Test
    void dependenciesAreActivatedFirst() throws Exception {
        node.register("p-1", ", \"dependencies\": [{\"name\": \"base\", \"version\": \"^1.0.0\"}]");
        assertThat(node.failure(ADMIN, () -> node.host.activate("p-1")).code()).isEqualTo(ErrorCode.DEPENDENCY_MISSING);
        node.register("base", "");

        assertThat(state(node.host::activate)).isEqualTo("active");
        assertThat(node.processes.children)
                .extracting(child -> child.launch.name())
                .containsExactly("base", "p-1");
        assertThat(node.failure(ADMIN, () -> node.host.unregister("base")).code())
                .isEqualTo(ErrorCode.HAS_DEPENDENTS);
    }

    @Test
    void whoIsNarrowedToSomePluginsStartsNoOthersAndHearsOfNone() throws Exception {
        Caller narrowed =
                Caller.of(new Principal.User("oscar", Set.of(Principal.Role.OPERATOR), null, null, List.of("p-*")));
        node.register("base", "");
        node.register("p-1", ", \"dependencies\": [{\"name\": \"base\", \"version\": \"^1.0.0\"}]");
        node.register("other", ", \"dependencies\": [{\"name\": \"p-1\", \"version\": \"^1.0.0\"}]");

        DataPrismException refused = node.failure(narrowed, () -> node.host.activate("p-1"));
        assertThat(refused.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(refused.detail()).contains("base", "oscar");
        assertThat(node.audit.of("permission.refused")).hasSize(1);
        assertThat(node.processes.children).isEmpty();

        node.as(ADMIN, () -> node.host.activate("base"));
        assertThat(node.as(narrowed, () -> node.host.activate("p-1")).getString("state"))
                .isEqualTo("active");

        node.as(ADMIN, () -> node.host.activate("other"));
        for (DataPrismException needed : List.of(
                node.failure(narrowed, () -> node.host.deactivate("p-1")),
                node.failure(narrowed, () -> node.host.unregister("p-1")))) {
            assertThat(needed.code()).isEqualTo(ErrorCode.HAS_DEPENDENTS);
            assertThat(needed.detail() + needed.hint())
                    .doesNotContain("other,", "[other")
                    .contains("1 outside");
        }
    }

    @Test
    void aPluginThatAnActiveOneNeedsIsNotTakenAway() throws Exception {
        node.register("base", "");
        node.register("p-1", ", \"dependencies\": [{\"name\": \"base\", \"version\": \"^1.0.0\"}]");
        node.register("loose", ", \"dependencies\": [{\"name\": \"base\", \"version\": \"*\", \"optional\": true}]");
        node.as(ADMIN, () -> node.host.activate("p-1"));
        node.as(ADMIN, () -> node.host.activate("loose"));

        assertThat(node.failure(ADMIN, () -> node.host.deactivate("base")))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.HAS_DEPENDENTS))
                .satisfies(
                        failure -> assertThat(failure.detail()).contains("p-1").doesNotContain("loose"));
        assertThat(node.failure(ADMIN, () -> node.host.unload("base")).code()).isEqualTo(ErrorCode.HAS_DEPENDENTS);
        node.as(ADMIN, () -> node.host.deactivate("p-1"));
        assertThat(node.as(ADMIN, () -> node.host.unload("base")).getString("state"))
                .isEqualTo("unloaded");
        node.as(ADMIN, () -> node.host.unload("base"));
    }

    @Test
    void aConfigurationIsCheckedAndSecretsAreNeverShown() throws Exception {
        node.active("p-1", """
                , "configuration": {"type": "object", "required": ["depth"], "additionalProperties": false,
                   "properties": {"depth": {"type": "integer", "minimum": 1}, "password": {"type": "string", "writeOnly": true}}}""");
        assertThat(node.failure(
                        ADMIN,
                        () -> node.host.configure(
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

        node.as(ADMIN, () -> node.host.unload("p-1"));
        node.as(ADMIN, () -> node.host.activate("p-1"));
        assertThat(node.processes.last().steps)
                .as("a process that is started anew takes the settings before it is activated")
                .anySatisfy(step -> assertThat(step).contains("configure", "secret"));
    }

    @Test
    void settingsWhoseCheckNeverEndsKeepThatPluginWaitingAndNobodyElse() throws Exception {
        String schema = ", \"configuration\": {\"type\": \"object\"}";
        node.active("p-1", schema);
        node.active("p-2", schema);
        CountDownLatch end = new CountDownLatch(1);
        WorkerExecutor stuck = SchemaThread.of(node.vertx, "p-1");
        stuck.executeBlocking(() -> end.await(30, TimeUnit.SECONDS), false);

        assertThat(node.failure(ADMIN, () -> node.host.configure("p-1", new JsonObject())))
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_TIMEOUT);
                    assertThat(failure.detail()).contains("p-1", "schema");
                });
        node.as(ADMIN, () -> node.host.configure("p-2", new JsonObject()));

        end.countDown();
        stuck.close();
    }

    @Test
    void aNewVersionTakesOverWhenThePluginIsStartedAgain() throws Exception {
        node.active("p-1", OPERATIONS);
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
        assertThat(node.failure(ADMIN, () -> node.host.unregister("p-1")).code())
                .isEqualTo(ErrorCode.STATE_CONFLICT);
        assertThat(state(node.host::activate)).isEqualTo("active");
    }

    private String state(java.util.function.Function<String, Future<JsonObject>> call) throws Exception {
        return node.as(ADMIN, () -> call.apply("p-1")).getString("state");
    }

    private static Execution call(String plugin, String operation) {
        return new Execution(plugin, operation, new JsonObject(), null, null, null);
    }
}

package io.dataprism.host;

import static io.dataprism.host.TestNode.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What every plugin manager must do, one case each. */
class PluginManagerTest {

    private static final Caller SUBSCRIBER =
            Caller.of(new Principal.User("sue", Set.of(Principal.Role.SUBSCRIBER), null, null, null));
    private static final String NAME = "test-plugin";
    private static final String OPERATION = ", \"operations\": [{\"name\": \"test-operation\", \"kind\": \"value\"}]";
    private static final String READS =
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
    }

    @Test
    void aValidManifestIsRegistered() throws Exception {
        assertThat(register(NAME, READS).getString("state")).isEqualTo("registered");
    }

    @Test
    void anInvalidManifestIsRejectedAndNothingOfItIsKept() throws Exception {
        assertThat(node.failure(ADMIN, () -> node.host.register(jar("", ""), false))
                        .code())
                .isEqualTo(ErrorCode.MANIFEST_INVALID);
        assertThat(node.as(ADMIN, () -> node.host.list(null, null))).isEmpty();
        try (var left = Files.list(folder.resolve("data/packages/sha256"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aPluginIsLoadedAndActivated() throws Exception {
        register(NAME, "");
        node.as(ADMIN, () -> node.host.load(NAME));
        node.as(ADMIN, () -> node.host.activate(NAME));

        assertThat(node.processes.last().steps).containsExactly("initialize", "activate");
        assertThat(node.as(ADMIN, () -> node.host.list(null, "active"))).hasSize(1);
    }

    @Test
    void operationsAreExecuted() throws Exception {
        activate(NAME, "");
        node.processes.behaviour = (call, door) -> Mono.just(new Answer.Value("result of " + call.operation()));

        assertThat(node.as(ADMIN, this::execute)).isEqualTo(new Outcome.Value("result of test-operation"));
    }

    @Test
    void dependenciesAreLoadedFirst() throws Exception {
        register("dependent-plugin", ", \"dependencies\": [{\"name\": \"test-plugin\", \"version\": \"1.0.0\"}]");
        register(NAME, "");

        node.as(ADMIN, () -> node.host.activate("dependent-plugin"));

        assertThat(node.processes.children)
                .extracting(child -> child.launch.name())
                .containsExactly(NAME, "dependent-plugin");
    }

    @Test
    void permissionsAreEnforced() throws Exception {
        register(NAME, READS);
        assertThat(node.failure(ADMIN, () -> node.host.activate(NAME)).code()).isEqualTo(ErrorCode.GRANTS_PENDING);
        activate("granted", "");
        assertThat(node.failure(SUBSCRIBER, () -> node.host.execute(call("granted")))
                        .code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void anErrorOfAPluginIsItsCallersAndTheNextCallIsServed() throws Exception {
        activate(NAME, "");
        node.processes.behaviour = (call, door) ->
                Mono.error(new DataPrismException(ErrorCode.PLUGIN_FAILED, "Plugin error", "Report it."));
        assertThat(node.failure(ADMIN, this::execute)).satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.PLUGIN_FAILED);
            assertThat(failure.detail()).contains("Plugin error");
        });

        node.processes.behaviour = (call, door) -> Mono.just(new Answer.Value("well"));
        assertThat(node.as(ADMIN, this::execute)).isEqualTo(new Outcome.Value("well"));
    }

    @Test
    void pluginsAreDiscoveredInAFolder() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.move(jar(NAME, ""), plugins.resolve("test.jar"));

        TestNode.await(node.vertx.deployVerticle(
                node.host.watching(List.of(plugins)),
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));

        await().untilAsserted(() ->
                assertThat(node.as(ADMIN, () -> node.host.list(null, null))).hasSize(1));
        assertThat(node.as(ADMIN, () -> node.host.get(NAME)).getString("name")).isEqualTo(NAME);
    }

    @Test
    void aPluginsInformationIsShown() throws Exception {
        activate(NAME, READS);

        JsonObject plugin = node.as(ADMIN, () -> node.host.get(NAME));

        assertThat(plugin.getString("version")).isEqualTo("1.0.0");
        assertThat(plugin.getString("category")).isEqualTo("utility");
        assertThat(plugin.getString("state")).isEqualTo("active");
        assertThat(plugin.getJsonArray("granted")).hasSize(1);
        assertThat(node.as(ADMIN, () -> node.host.grants(NAME)).getJsonArray("findings"))
                .isEmpty();
    }

    private Future<Outcome> execute() {
        return node.host.execute(call(NAME));
    }

    private static Execution call(String plugin) {
        return new Execution(plugin, "test-operation", new JsonObject(), null, null, null);
    }

    private Path jar(String name, String more) {
        try {
            return node.jar(name, "1.0.0", OPERATION + more);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private JsonObject register(String name, String more) throws Exception {
        Path file = jar(name, more);
        return node.as(ADMIN, () -> node.host.register(file, false)).plugin();
    }

    private void activate(String name, String more) throws Exception {
        register(name, more);
        node.as(ADMIN, () -> node.host.grant(name, new JsonObject().put("approve", "requested")));
        node.as(ADMIN, () -> node.host.activate(name));
    }
}

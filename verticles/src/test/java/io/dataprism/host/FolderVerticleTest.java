package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderVerticleTest {

    private static final Caller ADMIN = Caller.of(Principal.User.admin());
    private static final String READS =
            ", \"permissions\": [{\"resource\": \"data\", \"access\": \"read\", \"scope\": \"flights\"}]";

    @TempDir
    Path folder;

    private TestNode node;
    private Path inbox;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(folder);
        inbox = Files.createDirectory(folder.resolve("inbox"));
        TestNode.await(node.vertx.deployVerticle(
                node.host.watching(List.of(folder.resolve("not-there"), inbox)),
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    @Test
    void aNewFileIsRegisteredAndNothingIsGrantedOrStarted() throws Exception {
        Path file = put("p.jar", "1.0.0", READS);

        await().until(() -> names().contains("p-1"));
        JsonObject plugin = node.as(ADMIN, () -> node.host.get("p-1"));
        assertThat(plugin.getString("state")).isEqualTo("registered");
        assertThat(plugin.getJsonArray("pending")).hasSize(1);
        assertThat(plugin.getJsonArray("granted")).isEmpty();
        assertThat(file).exists();
        await().untilAsserted(() -> assertThat(node.published).contains("plugin:registered"));
        assertThat(node.processes.children).isEmpty();
    }

    @Test
    void aNewerVersionTakesOverAndOneThatAsksForMoreWaits() throws Exception {
        put("p.jar", "1.0.0", "");
        await().until(() -> names().contains("p-1"));
        node.as(ADMIN, () -> node.host.activate("p-1"));

        put("p.jar", "1.1.0", "");
        await().until(() -> version().equals("1.1.0"));
        put("p.jar", "0.9.0", "");
        put("q.jar", "1.2.0", READS);

        await().until(() ->
                "1.2.0".equals(node.as(ADMIN, () -> node.host.get("p-1")).getString("target")));
        assertThat(version()).isEqualTo("1.1.0");
        node.as(ADMIN, () -> node.host.grant("p-1", new JsonObject().put("approve", "requested")));
        assertThat(version()).isEqualTo("1.2.0");
        assertThat(node.published).contains("plugin:reloaded");
    }

    @Test
    void aFileThatCannotBeTakenIsToldOnceAndOneThatDoesNotStartChangesNothing() throws Exception {
        Files.writeString(inbox.resolve("broken.jar"), "no zip");
        Files.writeString(inbox.resolve("note.txt"), "no package");
        put("p.jar", "1.0.0", "");
        await().until(() -> names().contains("p-1"));
        node.as(ADMIN, () -> node.host.activate("p-1"));
        await().untilAsserted(() -> assertThat(node.published.stream().filter("plugin:rejected"::equals))
                .hasSize(1));

        node.processes.constructorThrows = true;
        put("p.jar", "1.1.0", "");

        await().untilAsserted(() -> assertThat(node.published.stream().filter("plugin:rejected"::equals))
                .hasSize(2));
        assertThat(version()).isEqualTo("1.0.0");
        assertThat(node.audit.of("plugin.rejected"))
                .extracting(line -> line.target())
                .containsExactly("broken.jar", "p.jar");
    }

    private Path put(String name, String version, String more) throws Exception {
        return Files.move(node.jar("p-1", version, more), inbox.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private List<String> names() throws Exception {
        return node.as(ADMIN, () -> node.host.list(null, null)).stream()
                .map(each -> ((JsonObject) each).getString("name"))
                .toList();
    }

    private String version() throws Exception {
        return node.as(ADMIN, () -> node.host.get("p-1")).getString("version");
    }
}

package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemPluginsTest {

    private static final Caller ADMIN = Caller.of(Principal.User.admin());
    private static final String ASKING = """
            , "permissions": [{"resource": "core", "access": "read", "scope": "metrics"}]""";

    @TempDir
    private Path folder;

    private TestNode node;
    private Path bundled;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(folder);
        bundled = Files.createDirectory(folder.resolve("bundled"));
        for (String name : List.of("first", "second", "third")) {
            Files.move(node.jar(name, "1.0.0", ASKING), bundled.resolve(name + ".jar"));
        }
        TestNode.await(node.host.installBundled(bundled));
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    @Test
    void thoseThatAreNamedAreGrantedWhatTheyAskForAndRun() throws Exception {
        TestNode.await(node.host.startSystem(List.of("first", "second")));
        assertThat(plugin("first").getString("state")).isEqualTo("active");
        assertThat(plugin("second").getString("state")).isEqualTo("active");
        assertThat(plugin("third").getString("state")).isEqualTo("registered");
        assertThat(grants("first").getJsonArray("granted")).hasSize(1);
        assertThat(grants("third").getJsonArray("granted")).isEmpty();
        assertThat(node.audit.of("plugin.granted")).hasSize(2);
    }

    @Test
    void oneThatIsNotThereOrNotBundledStopsNeitherTheOthersNorTheNode() throws Exception {
        Path own = node.jar("own", "1.0.0", ASKING);
        node.as(ADMIN, () -> node.host.register(own, false));
        TestNode.await(node.host.startSystem(List.of("nowhere", "own", "first")));
        assertThat(plugin("first").getString("state")).isEqualTo("active");
        assertThat(plugin("own").getString("state")).isEqualTo("registered");
        assertThat(grants("own").getJsonArray("granted")).isEmpty();
    }

    @Test
    void oneThatFailsIsTriedAgain() throws Exception {
        node.processes.constructorThrows = true;
        TestNode.await(node.host.startSystem(List.of("first")));
        assertThat(plugin("first").getString("state")).isEqualTo("failed");
        node.processes.constructorThrows = false;
        await().until(() -> plugin("first").getString("state").equals("active"));
    }

    @Test
    void afterARestartTheyBeginBeforeAllOthers() throws Exception {
        node.as(ADMIN, () -> node.host.grant("third", new JsonObject().put("approve", "requested")));
        node.as(ADMIN, () -> node.host.activate("third"));
        TestNode.await(node.host.startSystem(List.of("first", "second")));
        node.close();

        node = new TestNode(folder, List.of("second", "nowhere"));
        await().until(() -> node.processes.children.size() == 3);
        assertThat(node.processes.children.getFirst().launch.name()).isEqualTo("second");
    }

    @Test
    void onceItHasBegunItIsTheOperators() throws Exception {
        TestNode.await(node.host.startSystem(List.of("first", "second")));
        node.as(ADMIN, () -> node.host.deactivate("first"));
        node.as(ADMIN, () -> node.host.unload("second"));
        node.as(ADMIN, () -> node.host.grant("second", new JsonObject().put("permissions", new JsonArray())));
        node.close();

        node = new TestNode(folder);
        TestNode.await(node.host.installBundled(bundled));
        TestNode.await(node.host.startSystem(List.of("first", "second", "third")));
        await().until(() -> plugin("first").getString("state").equals("loaded"));
        assertThat(plugin("second").getString("state")).isNotEqualTo("active");
        assertThat(grants("second").getJsonArray("granted")).isEmpty();
        assertThat(plugin("third").getString("state")).isEqualTo("active");
    }

    @Test
    void onADataFolderOfAnEarlierVersionTheyAreTheOperatorsAlready() throws Exception {
        node.close();
        Files.delete(folder.resolve("data").resolve("system-begun"));
        Files.move(node.jar("fourth", "1.0.0", ASKING), bundled.resolve("fourth.jar"));

        node = new TestNode(folder);
        TestNode.await(node.host.installBundled(bundled));
        TestNode.await(node.host.startSystem(List.of("first", "fourth")));

        assertThat(grants("first").getJsonArray("granted")).isEmpty();
        assertThat(plugin("first").getString("state")).isEqualTo("registered");
        assertThat(plugin("fourth").getString("state")).isEqualTo("active");
    }

    private JsonObject plugin(String name) throws Exception {
        return node.as(ADMIN, () -> node.host.get(name));
    }

    private JsonObject grants(String name) throws Exception {
        return node.as(ADMIN, () -> node.host.grants(name));
    }
}

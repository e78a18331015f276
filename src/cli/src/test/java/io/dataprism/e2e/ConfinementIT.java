package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfinementIT {

    /** What EPERM and EACCES become in Java; a plugin that failed for another reason proves nothing. */
    private static final String KERNEL_WORDS =
            "AccessDeniedException|Operation not permitted|Permission denied|error(=|: )(1|13)\\b";

    @TempDir
    static Path folder;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"));
        service.send(service.request("/v1/tables/secrets")
                        .header("Content-Type", "text/csv")
                        .PUT(BodyPublishers.ofString("word\nswordfish\n")))
                .expect(201);
        for (TestPlugins plugin : List.of(
                TestPlugins.INTRUDER,
                TestPlugins.CURIOUS,
                TestPlugins.FAILING,
                TestPlugins.CRASHING,
                TestPlugins.LOOPING,
                TestPlugins.ECHO)) {
            service.activate(plugin);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "read-passwd",
                "write-outside",
                "connect-tcp",
                "open-udp",
                "open-unix",
                "run-program",
                "read-environ",
                "list-root"
            })
    void everyForbiddenActIsRefusedByTheKernel(String act) throws Exception {
        Path outside = folder.resolve("written-by-intruder");
        if (act.startsWith("connect") || act.startsWith("open")) {
            // the JDK's socket classes name the cause only when they fail for the first time in a process
            service.post("/v1/plugins/intruder/unload").expect(200);
            service.post("/v1/plugins/intruder/activate").expect(200);
        }
        JsonObject result = service.call(
                        TestPlugins.INTRUDER,
                        act,
                        new JsonObject()
                                .put("path", outside.toString())
                                .put("port", service.base().getPort()))
                .expect(200)
                .json()
                .getJsonObject("result");
        assertThat(result.getBoolean("refused")).as(result.encode()).isTrue();
        assertThat(result.getString("what")).as("who refused it").containsPattern(KERNEL_WORDS);
        assertThat(outside).doesNotExist();
    }

    @Test
    void everyProcessOfAPluginStartsFromTheCacheThatTheBuildMade() {
        // one of them may just be ending, or beginning
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(service.children())
                        .isNotEmpty()
                        .allSatisfy(child -> assertThat(
                                        Files.readString(Path.of("/proc", Long.toString(child.pid()), "maps")))
                                .containsPattern("sandbox/child-[0-9a-f]{16}\\.aot")));
    }

    @Test
    void itsOwnFolderIsOpenToAPlugin() throws Exception {
        JsonObject result = service.call(TestPlugins.INTRUDER, "write-own-folder", new JsonObject())
                .expect(200)
                .json()
                .getJsonObject("result");
        assertThat(result.getBoolean("refused")).as(result.encode()).isFalse();
    }

    @Test
    void aTableOutsideTheGrantIsRefusedAndTheRefusalIsAudited() throws Exception {
        assertThat(curious("read", new JsonObject().put("table", "flights")).getString("code"))
                .isEqualTo("none");
        JsonObject refused = curious("read", new JsonObject().put("table", "secrets"));
        assertThat(refused.getString("code")).isEqualTo("PERMISSION_DENIED");
        assertThat(refused.getString("message")).contains("secrets");
        assertThat(service.get("/v1/audit?plugin=curious").expect(200).text()).contains("PERMISSION_DENIED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dataprism.service.storage.get", "dataprism.service.network.fetch", "dataprism.engine",
                "dataprism.plugin.echo", "dataprism.audit", "no.such.address"
            })
    void aServiceWithoutAGrantIsRefused(String address) throws Exception {
        assertThat(curious("call", new JsonObject().put("address", address)).getString("code"))
                .isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void aPluginThatFailsCrashesOrLoopsHarmsOnlyItsOwnCall() throws Exception {
        JsonObject failed =
                service.call(TestPlugins.FAILING, "fail", new JsonObject()).problem(502, "PLUGIN_FAILED");
        assertThat(failed.getString("detail")).contains("the plugin's own words");
        service.call(TestPlugins.CRASHING, "crash", new JsonObject()).problem(502, "PLUGIN_CRASHED");
        service.call(TestPlugins.LOOPING, "loop", new JsonObject()).problem(504, "PLUGIN_TIMEOUT");
        JsonObject params = new JsonObject().put("a", 1).put("b", List.of("x", true));
        assertThat(service.call(TestPlugins.ECHO, "echo", params)
                        .expect(200)
                        .json()
                        .getJsonObject("result"))
                .isEqualTo(params);
        assertThat(service.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void theAuditLogIsUnbroken() throws Exception {
        JsonObject node = service.post("/v1/audit/verify")
                .expect(200)
                .json()
                .getJsonArray("nodes")
                .getJsonObject(0);
        assertThat(node.getBoolean("ok")).isTrue();
        assertThat(node.getLong("lines")).isPositive();
    }

    @Test
    void theAdminTokenIsReadableByItsOwnerAlone() throws Exception {
        assertThat(Files.getPosixFilePermissions(folder.resolve("data/admin.token")))
                .hasToString("[OWNER_READ, OWNER_WRITE]");
    }

    private static JsonObject curious(String operation, JsonObject params) throws Exception {
        return service.call(TestPlugins.CURIOUS, operation, params)
                .expect(200)
                .json()
                .getJsonObject("result");
    }
}

package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginLifecycleIT {

    @TempDir
    static Path folder;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"), "--no-sample", "--no-plugins");
    }

    @AfterEach
    void unregisterAll() throws Exception {
        for (Object plugin : service.get("/v1/plugins").expect(200).array()) {
            service.delete("/v1/plugins/" + ((JsonObject) plugin).getString("name"))
                    .expect(204);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void nothingRunsBeforeItIsGranted() throws Exception {
        JsonObject registered =
                service.register(TestPlugins.CURIOUS).expect(201).json();
        assertThat(registered.getString("name")).isEqualTo("curious");
        assertThat(registered.getString("version")).isEqualTo("1.0.0");
        assertThat(registered.getString("digest")).matches("[0-9a-f]{64}|sha256:[0-9a-f]{64}");
        assertThat(registered.getJsonArray("requested")).hasSize(1);
        assertThat(registered.getJsonArray("granted")).isEmpty();
        service.post("/v1/plugins/curious/activate").problem(403, "GRANTS_PENDING");

        JsonObject permission =
                new JsonObject().put("resource", "data").put("access", "read").put("scope", "flights");
        JsonObject grants = service.put(
                        "/v1/plugins/curious/grants",
                        new JsonObject().put("permissions", new JsonArray().add(permission)))
                .expect(200)
                .json();
        assertThat(grants.getJsonArray("granted")).hasSize(1);
        assertThat(grants.getJsonArray("pending")).isEmpty();
        assertThat(service.post("/v1/plugins/curious/activate")
                        .expect(200)
                        .json()
                        .getString("state"))
                .isEqualTo("active");
    }

    @Test
    void theSameBytesAgainAreTheSamePluginAndOtherBytesAreAConflict() throws Exception {
        service.register(TestPlugins.ECHO).expect(201);
        service.register(TestPlugins.ECHO).expect(200);
        JsonObject otherManifest = TestPlugins.ECHO.manifest().put("description", "changed");
        var entries = TestPlugins.ECHO.entries();
        entries.put("META-INF/dataprism/plugin.json", otherManifest.encode().getBytes(StandardCharsets.UTF_8));
        service.send(service.request("/v1/plugins")
                        .header("Content-Type", "application/java-archive")
                        .POST(BodyPublishers.ofByteArray(TestPlugins.zip(entries))))
                .problem(409, "VERSION_CONFLICT");
    }

    @Test
    void everyStepIsIdempotentAndShown() throws Exception {
        service.activate(TestPlugins.ECHO);
        service.post("/v1/plugins/echo/activate").expect(200);
        assertThat(service.post("/v1/plugins/echo/deactivate")
                        .expect(200)
                        .json()
                        .getString("state"))
                .isEqualTo("loaded");
        service.call(TestPlugins.ECHO, "echo", new JsonObject()).problem(503, "PLUGIN_NOT_ACTIVE");
        assertThat(service.post("/v1/plugins/echo/unload").expect(200).json().getString("state"))
                .isIn("unloaded", "resolved", "registered");
        service.delete("/v1/plugins/echo").expect(204);
        service.get("/v1/plugins/echo").problem(404, "PLUGIN_NOT_FOUND");
    }

    @Test
    void aDatasetOfAPluginStreamsWhole() throws Exception {
        service.activate(TestPlugins.NUMBERS);
        Answer answer = service.call(
                "numbers",
                "count",
                new JsonObject().put("params", new JsonObject().put("rows", 100_000)),
                "application/x-ndjson");
        assertThat(answer.expect(200).rows().stream().map(row -> row.getLong("n")))
                .isEqualTo(LongStream.range(0, 100_000).boxed().toList());
    }

    @Test
    void whatIsActiveIsActiveAgainAfterARestart() throws Exception {
        service.activate(TestPlugins.ECHO);
        service.close();
        service = Service.start(folder.resolve("data"), "--no-sample", "--no-plugins");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(service.get("/v1/plugins/echo").json().getString("state"))
                                .isEqualTo("active"));
        assertThat(service.call(TestPlugins.ECHO, "echo", new JsonObject().put("n", 1))
                        .expect(200)
                        .json())
                .isEqualTo(new JsonObject().put("result", new JsonObject().put("n", 1)));
        assertThat(List.of(service.get("/health/ready").status())).containsExactly(200);
    }
}

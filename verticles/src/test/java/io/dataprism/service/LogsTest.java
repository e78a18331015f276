package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /v1/plugins/{name}/logs?follow=true} of a plugin in a real sandbox. */
@Timeout(60)
class LogsTest {

    private static final String LOGGER = "dataprism.service.logger";

    @TempDir
    static Path folder;

    private static PluginNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new PluginNode(folder);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void linesComeWithTheirFieldsAsTheyAreWritten() throws Exception {
        node.activate("writer", new JsonArray(), new JsonObject());
        log("writer", 1);
        HttpResponse<InputStream> response = node.open("/v1/plugins/writer/logs?follow=true", "*/*");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/x-ndjson");
        try (BufferedReader lines = reader(response)) {
            JsonObject first = new JsonObject(lines.readLine());
            assertThat(first.getString("message")).isEqualTo("line 1");
            assertThat(first.getString("level")).isEqualTo("WARN");
            JsonObject fields = first.getJsonObject("fields");
            assertThat(fields.getString("line"))
                    .as("JSON has no form for the other field")
                    .isEqualTo("1");
            assertThat(fields.getString("of")).contains("HostContext");
            log("writer", 2);
            assertThat(lines.readLine()).contains("line 1");
            assertThat(lines.readLine()).contains("line 2");
        }
    }

    @Test
    void browsersFollowThemAsServerSentEvents() throws Exception {
        node.activate("teller", new JsonArray(), new JsonObject());
        HttpResponse<InputStream> response = node.open("/v1/plugins/teller/logs?follow=true", "text/event-stream");
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        try (BufferedReader lines = reader(response)) {
            log("teller", 1);
            assertThat(lines.readLine()).isEqualTo("event: line");
            assertThat(lines.readLine()).startsWith("data: {").contains("line 1");
            assertThat(lines.readLine()).isEmpty();
        }
    }

    @Test
    void linesBeyondTheRateAreDroppedAndALineSaysHowMany() throws Exception {
        node.activate("babbler", new JsonArray(), new JsonObject());
        try (BufferedReader lines = reader(node.open("/v1/plugins/babbler/logs?follow=true", "*/*"))) {
            log("babbler", 1800);
            assertThat(dropped(lines)).isPositive();
        }
    }

    @Test
    void theAddressOfTheLoggerKeepsFieldsAndHasTheSameRate() throws Exception {
        node.activate("caller", new JsonArray(), new JsonObject());
        try (BufferedReader lines = reader(node.open("/v1/plugins/caller/logs?follow=true", "*/*"))) {
            node.call("caller", LOGGER, line("hello").put("fields", new JsonObject().put("step", 3)));
            JsonObject line = new JsonObject(lines.readLine());
            assertThat(line.getString("level")).isEqualTo("WARN");
            assertThat(line.getString("message")).isEqualTo("hello");
            assertThat(line.getJsonObject("fields")).isEqualTo(new JsonObject().put("step", 3));
            log("caller", 1800);
            node.call("caller", LOGGER, line("beyond the rate, or in the next second"));
            assertThat(dropped(lines)).isPositive();
        }
    }

    @Test
    void aLineThatIsNotOneIsRefused() throws Exception {
        node.activate("mumbler", new JsonArray(), new JsonObject());
        for (JsonObject bad : List.of(
                new JsonObject(),
                line("x").put("level", "LOUD"),
                line("x").put("level", 7),
                line("x").put("message", new JsonObject()),
                line("x").put("fields", new JsonArray()))) {
            assertThat(node.call("mumbler", LOGGER, bad).getString("code"))
                    .as(bad.encode())
                    .isEqualTo("REQUEST_INVALID");
        }
    }

    @Test
    void aFollowersStreamEndsWhenThePluginIsRemoved() throws Exception {
        node.activate("leaver", new JsonArray(), new JsonObject());
        log("leaver", 1);
        try (BufferedReader lines = reader(node.open("/v1/plugins/leaver/logs?follow=true", "*/*"))) {
            node.delete("leaver");
            assertThat(lines.lines()).first().asString().contains("line 1");
        }
    }

    private static JsonObject line(String message) {
        return new JsonObject().put("level", "warn").put("message", message);
    }

    /** Reads on to the line that tells of dropped ones. */
    private static int dropped(BufferedReader lines) throws Exception {
        String line = lines.readLine();
        while (!line.contains("lines were dropped")) {
            line = lines.readLine();
        }
        return new JsonObject(line).getJsonObject("fields").getInteger("dropped");
    }

    private static void log(String plugin, int lines) throws Exception {
        node.execute(plugin, "log", new JsonObject().put("lines", lines));
    }

    private static BufferedReader reader(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }
}

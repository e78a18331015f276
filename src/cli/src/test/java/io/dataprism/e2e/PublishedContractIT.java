package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents that a node publishes: its answers about real plugins are as they say, and others find nothing wrong with them. */
class PublishedContractIT {

    private static final int INSTALL_SECONDS = 120;

    @TempDir
    static Path folder;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void whatANodeTellsOfItselfAndItsPluginsIsAsDescribed() throws Exception {
        JsonObject document = document("/openapi.json");
        fits(document, "/v1/plugins", "/v1/plugins");
        fits(document, "/v1/status", "/v1/status");
        fits(document, "/v1/cluster", "/v1/cluster");
        fits(document, "/v1/tables", "/v1/tables");
        fits(document, "/v1/tables/{name}", "/v1/tables/flights");
        fits(document, "/v1/events/stats", "/v1/events/stats");
        fits(document, "/v1/events/history", "/v1/events/history?topic=**&limit=1000");
        JsonArray plugins = new JsonArray(text("/v1/plugins"));
        assertThat(plugins).hasSizeGreaterThan(3);
        for (int i = 0; i < plugins.size(); i++) {
            String name = plugins.getJsonObject(i).getString("name");
            for (String part : List.of("", "/grants", "/configuration", "/deployment")) {
                fits(document, "/v1/plugins/{name}" + part, "/v1/plugins/" + name + part);
            }
        }
        JsonObject line =
                document.getJsonObject("components").getJsonObject("schemas").getJsonObject("AuditLine");
        assertThat(text("/v1/audit").lines()).isNotEmpty().allSatisfy(each -> fits(document, line, each));
    }

    /** The answer of a GET fits the schema of its 200. */
    private static void fits(JsonObject document, String path, String concrete) throws Exception {
        JsonObject schema = document.getJsonObject("paths")
                .getJsonObject(path)
                .getJsonObject("get")
                .getJsonObject("responses")
                .getJsonObject("200")
                .getJsonObject("content")
                .getJsonObject("application/json")
                .getJsonObject("schema");
        fits(document, schema, text(concrete));
    }

    private static void fits(JsonObject document, JsonObject schema, String json) {
        JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
        String whole = schema.copy().put("$defs", schemas).encode().replace("#/components/schemas/", "#/$defs/");
        var found = Validator.create(
                        JsonSchema.of(new JsonObject(whole)),
                        new JsonSchemaOptions()
                                .setBaseUri("app://dataprism/")
                                .setDraft(Draft.DRAFT202012)
                                .setOutputFormat(OutputFormat.Basic))
                .validate(Json.decodeValue(json));
        assertThat(found.getValid()).as(found.toJson().encode() + " of " + json).isTrue();
    }

    private static String text(String path) throws Exception {
        return new String(service.get(path).expect(200).body(), StandardCharsets.UTF_8);
    }

    private static JsonObject document(String path) throws Exception {
        Answer answer = service.send(service.anonymous(path)).expect(200);
        return new JsonObject(new String(answer.body(), StandardCharsets.UTF_8));
    }

    /** With the specification's own JSON Schema, from npm. */
    @Test
    @Tag("longer")
    void theSpecificationsOwnSchemaTakesAsyncApi() throws Exception {
        Path target = Files.createDirectories(folder.resolve("npm"));
        Path sources = Service.root().resolve("src/cli/src/test/resources/npm-contract");
        for (String file : List.of("package.json", "check.mjs")) {
            Files.copy(sources.resolve(file), target.resolve(file));
        }
        run(target, "npm", "install", "--no-audit", "--no-fund", "--silent");
        JsonObject document = document("/asyncapi.json");
        Files.writeString(target.resolve("asyncapi.json"), document.encode());
        assertThat(run(target, "node", "check.mjs", "asyncapi.json")).contains("valid");
    }

    /** What a program prints that succeeds. */
    private static String run(Path folder, String... command) throws Exception {
        Path output = folder.resolve(command[0] + ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended && process.exitValue() == 0)
                .as(Files.readString(output))
                .isTrue();
        return Files.readString(output);
    }
}

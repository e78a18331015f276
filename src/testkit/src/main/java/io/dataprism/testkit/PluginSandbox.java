package io.dataprism.testkit;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.Rendering;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One plugin in the real sandbox, for tests. It begins registered: nothing is granted and nothing of it runs until the test
 * says so.
 *
 * {@snippet :
 * try (PluginSandbox sandbox = PluginSandbox.start(Path.of("target/classes"))) {
 *     sandbox.grant("data:read:flights").activate();
 *     Object answer = sandbox.call("summary", Map.of("by", "origin"), Input.sql("SELECT 'JFK' AS origin"));
 * }
 * }
 */
public final class PluginSandbox implements AutoCloseable {

    private final TestNode node;
    private final NodeRequests requests;
    private final String path;

    private PluginSandbox(TestNode node, NodeRequests requests, String path) {
        this.node = node;
        this.requests = requests;
        this.path = path;
    }

    /**
     * Starts a node and registers the plugin.
     *
     * @param plugin a jar, or a folder of classes such as {@code target/classes}, which is packed as it is
     * @throws io.dataprism.plugin.PluginException {@code PACKAGE_INVALID} or {@code MANIFEST_INVALID}, with what is wrong
     */
    public static PluginSandbox start(Path plugin) {
        TestNode node = TestNode.begin();
        try {
            NodeRequests requests = new NodeRequests(node.url(), node.token());
            Path jar = PluginPackage.of(plugin, node.scratch());
            byte[] registered = requests.send(
                    "POST", "/v1/plugins", "application/java-archive", "application/json", BodyPublishers.ofFile(jar));
            String name = NodeRequests.JSON.readTree(registered).path("name").asText();
            return new PluginSandbox(node, requests, "/v1/plugins/" + name);
        } catch (IOException failure) {
            node.close();
            throw new UncheckedIOException(failure);
        } catch (RuntimeException failure) {
            node.close();
            throw failure;
        }
    }

    /**
     * Grants some of what the manifest asks for, in the place of what was granted before.
     *
     * @param permissions as {@code resource:access:scope}; without a scope it is {@code *}
     */
    public PluginSandbox grant(String... permissions) {
        List<Map<String, String>> granted = new ArrayList<>();
        for (String permission : permissions) {
            String[] parts = permission.split(":", 3);
            if (parts.length < 2) {
                throw new IllegalArgumentException("'" + permission
                        + "' is no permission: write resource:access:scope, such as data:read:flights.");
            }
            granted.add(Map.of("resource", parts[0], "access", parts[1], "scope", parts.length == 3 ? parts[2] : "*"));
        }
        requests.json("PUT", path + "/grants", Map.of("permissions", granted));
        return this;
    }

    /** Grants all that the manifest asks for. */
    public PluginSandbox grantAll() {
        requests.json("PUT", path + "/grants", Map.of("approve", "requested"));
        return this;
    }

    /** Sets the configuration, which replaces what was set before. */
    public PluginSandbox configure(Map<String, ?> settings) {
        requests.json("PUT", path + "/configuration", settings);
        return this;
    }

    /** Starts the plugin, or fails with what keeps it from starting. */
    public PluginSandbox activate() {
        requests.json("POST", path + "/activate", null);
        return this;
    }

    /** Makes a table of the node from CSV with a head, for the plugin to read. */
    public PluginSandbox table(String name, String csv) {
        requests.send(
                "PUT",
                "/v1/tables/" + name + "?mode=replace",
                "text/csv",
                "application/json",
                BodyPublishers.ofString(csv));
        return this;
    }

    /** Calls an operation of kind {@code value} that needs no input. */
    public @Nullable Object call(String operation, Map<String, ?> params) {
        return call(operation, params, Input.none());
    }

    /** Calls an operation of kind {@code value}; the result as maps, lists and scalars. */
    public @Nullable Object call(String operation, Map<String, ?> params, Input input) {
        byte[] answer = requests.call(path(operation), params, input, "application/json");
        JsonNode result = json(answer).path("result");
        return NodeRequests.JSON.convertValue(result, Object.class);
    }

    /** Calls an operation of kind {@code dataset}; its rows in order, each with its columns in order. */
    public List<Map<String, @Nullable Object>> rows(String operation, Map<String, ?> params, Input input) {
        byte[] answer = requests.call(path(operation), params, input, NodeRequests.NDJSON);
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (String line : new String(answer, StandardCharsets.UTF_8).lines().toList()) {
            rows.add(NodeRequests.JSON.convertValue(
                    json(line.getBytes(StandardCharsets.UTF_8)),
                    new TypeReference<LinkedHashMap<String, Object>>() {}));
        }
        return rows;
    }

    /** Calls an operation of kind {@code rendering}. */
    public Rendering render(String operation, Map<String, ?> params, Input input, ExportFormat format) {
        return new Rendering(format, requests.call(path(operation), params, input, format.mediaType()));
    }

    /** What the node knows of the plugin: the answer of {@code GET /v1/plugins/{name}}. */
    public Map<String, @Nullable Object> info() {
        return NodeRequests.JSON.convertValue(
                requests.json("GET", path, null), new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    /** The messages that the plugin has logged, oldest first. */
    public List<String> log() {
        byte[] lines =
                requests.send("GET", path + "/logs", NodeRequests.NDJSON, NodeRequests.NDJSON, BodyPublishers.noBody());
        return new String(lines, StandardCharsets.UTF_8)
                .lines()
                .map(line -> json(line.getBytes(StandardCharsets.UTF_8))
                        .path("message")
                        .asText())
                .toList();
    }

    /** Ends the plugin and its node, and deletes what they have written. */
    @Override
    public void close() {
        requests.close();
        node.close();
    }

    private String path(String operation) {
        return path + "/operations/" + operation;
    }

    /** A failure after the first row is the last line of an answer in NodeRequests.NDJSON. */
    private static JsonNode json(byte[] document) {
        try {
            JsonNode json = NodeRequests.JSON.readTree(document);
            if (json.path("$error").isObject()) {
                throw NodeRequests.problem(json.path("$error"));
            }
            return json;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}

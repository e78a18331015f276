package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.catalog.FindingsPolicy;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.core.wasm.WasmEngine;
import io.dataprism.gateway.Limits;
import io.dataprism.node.AccessSettings;
import io.dataprism.node.EngineConfiguration;
import io.dataprism.node.EventConfiguration;
import io.dataprism.node.Node;
import io.dataprism.node.NodeConfiguration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** A whole node in this process, on a free port, with real sandboxes; its plugins are {@link CallingPlugin}s. */
final class PluginNode implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> OPERATIONS = List.of(
            "call",
            "log",
            "store",
            "load",
            "leaveLoads",
            "leftLoads",
            "query",
            "chat",
            "embed",
            "measure",
            "connect",
            "connectMany",
            "mount",
            "follow");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, JsonObject> manifests = new ConcurrentHashMap<>();
    private final Node node;
    private final String token;
    private final String base;

    PluginNode(Path folder) throws Exception {
        this(folder, null);
    }

    /** One whose plugins have that endpoint of language models. */
    PluginNode(Path folder, @Nullable LlmSettings llm) throws Exception {
        this(new NodeConfiguration(
                "127.0.0.1",
                0,
                folder.resolve("data"),
                folder,
                false,
                false,
                EngineConfiguration.DuckDb.defaults(),
                Limits.defaults(),
                AccessSettings.defaults(),
                FindingsPolicy.WARN,
                List.of(),
                mounts(folder),
                llm,
                ResourcePolicy.defaults(),
                WasmEngine.COMPILER,
                0,
                null,
                false,
                false,
                EventConfiguration.defaults()));
    }

    /** A folder {@code data-files} that operators open to plugins, with one file in it. */
    private static Map<String, Path> mounts(Path folder) throws IOException {
        Path mounted = Files.createDirectories(folder.resolve("mounted"));
        Files.writeString(mounted.resolve("there.txt"), "there");
        return Map.of("data-files", mounted);
    }

    /** An endpoint with the models {@code large} and {@code small}, and its key in a file. */
    static LlmSettings llm(Path folder, URI url, Duration timeout, long tokensPerHour) throws IOException {
        Path key = Files.writeString(folder.resolve("llm.key"), ModelServer.KEY + "\n");
        return new LlmSettings(url, key, "large", "small", timeout, tokensPerHour);
    }

    PluginNode(NodeConfiguration configuration) throws Exception {
        node = Node.start(configuration);
        token = Files.readString(configuration.dataDirectory().resolve("admin.token"))
                .strip();
        base = "http://127.0.0.1:" + node.port();
    }

    /** Registers a {@link CallingPlugin} that asks for these permissions, grants all of them and activates it. */
    void activate(String name, JsonArray permissions, JsonObject more) throws Exception {
        activate(name, CallingPlugin.class, OPERATIONS, permissions, more);
    }

    /** The same with another class and its operations, all of kind value. */
    void activate(String name, Class<?> entry, List<String> names, JsonArray permissions, JsonObject more)
            throws Exception {
        JsonArray operations = new JsonArray();
        names.forEach(each -> operations.add(new JsonObject().put("name", each).put("kind", "value")));
        JsonObject manifest = new JsonObject()
                .put("manifestVersion", 1)
                .put("name", name)
                .put("version", "1.0.0")
                .put("category", "utility")
                .put("entryPoint", entry.getName())
                .put("permissions", permissions)
                .put("operations", operations)
                .mergeIn(more);
        manifests.put(name, manifest);
        register(manifest, entry);
        put("/v1/plugins/" + name + "/grants", new JsonObject().put("permissions", permissions));
        expect(200, send(request("/v1/plugins/" + name + "/activate").POST(BodyPublishers.noBody())));
    }

    /** Replaces the package of a plugin that was activated here by another version of the same. */
    void reload(String name, Class<?> entry, String version) throws Exception {
        JsonObject manifest = manifests.get(name).copy().put("version", version);
        expect(
                200,
                send(request("/v1/plugins/" + name + "/package")
                        .header("Content-Type", "application/java-archive")
                        .PUT(BodyPublishers.ofByteArray(jar(manifest, entry)))));
    }

    /** Registers a package as it is; the answer, whatever it is. */
    HttpResponse<String> register(byte[] packed) throws Exception {
        return send(request("/v1/plugins")
                .header("Content-Type", "application/zip")
                .POST(BodyPublishers.ofByteArray(packed)));
    }

    /** Replaces a plugin's package by another version; the answer, whatever it is. */
    HttpResponse<String> replace(String name, byte[] packed) throws Exception {
        return send(request("/v1/plugins/" + name + "/package")
                .header("Content-Type", "application/zip")
                .PUT(BodyPublishers.ofByteArray(packed)));
    }

    private void register(JsonObject manifest, Class<?> entry) throws Exception {
        expect(
                201,
                send(request("/v1/plugins")
                        .header("Content-Type", "application/java-archive")
                        .POST(BodyPublishers.ofByteArray(jar(manifest, entry)))));
    }

    /** What the holder of another token is answered who sends a package to be registered and activated. */
    HttpResponse<String> registerAs(String other, String name) throws Exception {
        JsonObject manifest = new JsonObject()
                .put("manifestVersion", 1)
                .put("name", name)
                .put("version", "1.0.0")
                .put("category", "utility")
                .put("entryPoint", CallingPlugin.class.getName());
        return send(HttpRequest.newBuilder(URI.create(base + "/v1/plugins?activate=true"))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + other)
                .header("Content-Type", "application/java-archive")
                .POST(BodyPublishers.ofByteArray(jar(manifest, CallingPlugin.class))));
    }

    static JsonArray permissions(String... each) {
        JsonArray permissions = new JsonArray();
        for (String text : each) {
            String[] parts = text.split(" ", 3);
            permissions.add(new JsonObject()
                    .put("resource", parts[0])
                    .put("access", parts[1])
                    .put("scope", parts.length > 2 ? parts[2] : "*"));
        }
        return permissions;
    }

    /** Loads a table of CSV. */
    void load(String table, String csv) throws Exception {
        expect(
                201,
                send(request("/v1/tables/" + table)
                        .header("Content-Type", "text/csv")
                        .PUT(BodyPublishers.ofString(csv))));
    }

    void delete(String name) throws Exception {
        expect(204, send(request("/v1/plugins/" + name).DELETE()));
    }

    /** What the plugin's call of an address came to: {@code {ok}} or {@code {code, message}}. */
    JsonObject call(String plugin, String address, JsonObject body) throws Exception {
        return execute(plugin, "call", new JsonObject().put("address", address).put("body", body));
    }

    JsonObject execute(String plugin, String operation, JsonObject params) throws Exception {
        return execute(plugin, operation, params, JsonObject.class);
    }

    /** The result of an operation. */
    <T> T execute(String plugin, String operation, JsonObject params, Class<T> type) throws Exception {
        HttpResponse<String> answer = send(request("/v1/plugins/" + plugin + "/operations/" + operation)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        new JsonObject().put("params", params).encode())));
        return type.cast(new JsonObject(expect(200, answer)).getValue("result"));
    }

    /** The rows as CSV. */
    String query(String sql) throws Exception {
        return expect(
                200,
                send(request("/v1/query")
                        .header("Content-Type", "application/json")
                        .header("Accept", "text/csv")
                        .POST(BodyPublishers.ofString(
                                new JsonObject().put("sql", sql).encode()))));
    }

    /** Posts a document. */
    HttpResponse<String> post(String path, JsonObject body) throws Exception {
        return send(
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.encode())));
    }

    /** Posts a document and takes the answer in one form alone. */
    HttpResponse<byte[]> post(String path, JsonObject body, String accept) throws Exception {
        return client.send(posting(path, body, accept), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** The same; whoever cancels it leaves. */
    CompletableFuture<HttpResponse<byte[]>> postAsync(String path, JsonObject body, String accept) {
        return client.sendAsync(posting(path, body, accept), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpRequest posting(String path, JsonObject body, String accept) {
        return request(path)
                .header("Content-Type", "application/json")
                .header("Accept", accept)
                .POST(BodyPublishers.ofString(body.encode()))
                .build();
    }

    JsonObject put(String path, JsonObject body) throws Exception {
        return new JsonObject(expect(
                200,
                send(request(path)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body.encode())))));
    }

    String get(String path) throws Exception {
        return expect(200, send(request(path)));
    }

    /** A body that is read as it comes. */
    HttpResponse<InputStream> open(String path, String accept) throws IOException, InterruptedException {
        return client.send(request(path).header("Accept", accept).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    @Override
    public void close() {
        client.close();
        node.stop(Duration.ofSeconds(5));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String expect(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body();
    }

    private static byte[] jar(JsonObject manifest, Class<?> entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("META-INF/dataprism/plugin.json"));
            zip.write(manifest.encode().getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
            String path = entry.getName().replace('.', '/') + ".class";
            zip.putNextEntry(new ZipEntry(path));
            try (InputStream in = entry.getClassLoader().getResourceAsStream(path)) {
                in.transferTo(zip);
            }
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }
}

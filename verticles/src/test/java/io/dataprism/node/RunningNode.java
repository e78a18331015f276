package io.dataprism.node;

import io.dataprism.core.catalog.FindingsPolicy;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.core.wasm.WasmEngine;
import io.dataprism.gateway.Limits;
import io.dataprism.gateway.contract.PublishedContract;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A whole node on a free port, without plugins, and a client of it. */
final class RunningNode implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final String token;
    private final Node node;
    private final String base;

    RunningNode(Path folder) throws Exception {
        this(folder, AccessSettings.defaults());
    }

    RunningNode(Path folder, AccessSettings access) throws Exception {
        this(folder, configured(folder, Limits.defaults(), access, EventConfiguration.defaults()));
    }

    RunningNode(Path folder, Limits limits) throws Exception {
        this(folder, configured(folder, limits, AccessSettings.defaults(), EventConfiguration.defaults()));
    }

    /** The usual one of these tests. */
    static NodeConfiguration configured(Path folder, Limits limits, AccessSettings access, EventConfiguration events) {
        return new NodeConfiguration(
                "127.0.0.1",
                0,
                folder.resolve("data"),
                folder,
                false,
                false,
                EngineConfiguration.DuckDb.defaults(),
                limits,
                access,
                FindingsPolicy.WARN,
                List.of(),
                Map.of(),
                null,
                ResourcePolicy.defaults(),
                WasmEngine.COMPILER,
                0,
                null,
                false,
                false,
                events);
    }

    /** @param folder that the configuration's data folder {@code data} lies in */
    RunningNode(Path folder, NodeConfiguration configuration) throws Exception {
        node = Node.start(configuration);
        token = Files.readString(folder.resolve("data").resolve("admin.token")).strip();
        base = "http://127.0.0.1:" + node.port();
    }

    int port() {
        return node.port();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token);
    }

    /** Of somebody else, or of nobody. */
    HttpRequest.Builder bare(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
    }

    String base() {
        return base;
    }

    HttpRequest.Builder query(JsonObject body, String accept) {
        return request("/v1/query")
                .header("Content-Type", "application/json")
                .header("Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()));
    }

    HttpRequest.Builder query(String sql, String accept) {
        return query(new JsonObject().put("sql", sql), accept);
    }

    HttpResponse<String> text(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        PublishedContract.assertAnswer(response);
        return response;
    }

    HttpResponse<byte[]> bytes(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** The node alone; its client goes on. */
    void stop() {
        stop(Duration.ofSeconds(5));
    }

    void stop(Duration limit) {
        node.stop(limit);
    }

    @Override
    public void close() {
        client.close();
        stop();
    }
}

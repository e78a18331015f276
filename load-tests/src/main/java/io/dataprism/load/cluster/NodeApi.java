package io.dataprism.load.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A node as its operator asks it, with one token. Calls block, for 40 s at most; any thread. */
public final class NodeApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    private final String base;
    private final String token;

    public NodeApi(String host, int port, String token) {
        this.base = "http://" + host + ":" + port;
        this.token = token;
    }

    /**
     * An answer.
     *
     * @param json missing where the body is none
     */
    public record Answer(int status, JsonNode json) {

        /** Itself. @throws IOException where the status is another */
        public Answer expect(int expected) throws IOException {
            if (status != expected) {
                throw new IOException("The node answered " + status + " instead of " + expected + ": " + json);
            }
            return this;
        }

        /** The code of a problem; empty: it is none. */
        public String code() {
            return json.path("code").asText("");
        }
    }

    public String token() {
        return token;
    }

    public Answer get(String path) throws IOException {
        return send(request(path).GET());
    }

    /** The lines of an answer in NDJSON. */
    public List<String> lines(String path) throws IOException {
        try {
            HttpResponse<String> response =
                    CLIENT.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException(path + " was answered with " + response.statusCode() + ": " + response.body());
            }
            return response.body().lines().toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    public Answer delete(String path) throws IOException {
        return send(request(path).DELETE());
    }

    public Answer post(String path, String json) throws IOException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    public Answer post(String path) throws IOException {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    public Answer put(String path, String json) throws IOException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Puts a package into the catalog. */
    public void register(Path packageFile) throws IOException {
        send(request("/v1/plugins")
                        .header("Content-Type", "application/java-archive")
                        .POST(HttpRequest.BodyPublishers.ofFile(packageFile)))
                .expect(201);
    }

    /** Registers a package and wishes it active, with all that it asks for. */
    public void add(String plugin, Path packageFile) throws IOException {
        register(packageFile);
        put("/v1/plugins/" + plugin + "/grants", "{\"approve\": \"requested\"}").expect(200);
        post("/v1/plugins/" + plugin + "/activate").expect(200);
    }

    /** Sends a table's rows, {@code text/csv}. */
    public void load(String table, String csv) throws IOException {
        send(request("/v1/tables/" + table)
                        .header("Content-Type", "text/csv")
                        .PUT(HttpRequest.BodyPublishers.ofString(csv)))
                .expect(201);
    }

    /** The rows of a query. */
    public Answer query(String sql) throws IOException {
        return send(request("/v1/query")
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(Map.of("sql", sql)))));
    }

    /** Without a token, and without JSON to be expected. */
    public boolean isReady() {
        try {
            return send(HttpRequest.newBuilder(URI.create(base + "/health/ready"))
                                    .timeout(CONNECT)
                                    .GET())
                            .status()
                    == 200;
        } catch (IOException down) {
            return false;
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token);
    }

    private static Answer send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<byte[]> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), json(response.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static JsonNode json(byte[] body) throws IOException {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        return text.startsWith("{") || text.startsWith("[") ? JSON.readTree(text) : MissingNode.getInstance();
    }
}

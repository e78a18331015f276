package io.dataprism.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.PluginException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.jspecify.annotations.Nullable;

/** The node's HTTP contract, as far as a test needs it. Blocks, a minute at most. */
final class NodeRequests implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();
    static final String NDJSON = "application/x-ndjson";

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final URI base;
    private final String token;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    NodeRequests(String url, String token) {
        this.base = URI.create(url);
        this.token = token;
    }

    /** Sends JSON, or nothing where the body is null, and answers JSON. */
    JsonNode json(String method, String path, @Nullable Object body) {
        try {
            BodyPublisher publisher =
                    body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
            return JSON.readTree(send(method, path, "application/json", "application/json", publisher));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Sends any body and answers whatever comes. */
    byte[] send(String method, String path, String contentType, String accept, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", contentType)
                .header("Accept", accept)
                .method(method, body)
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 == 2) {
                return answer.body();
            }
            throw problem(JSON.readTree(answer.body()));
        } catch (IOException broken) {
            throw new UncheckedIOException("The node did not answer " + method + " " + path, broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted in " + method + " " + path, interrupted);
        }
    }

    /** Calls an operation; the answer in the form that is accepted. */
    byte[] call(String path, Map<String, ?> params, Input input, String accept) {
        try {
            if (input instanceof Input.Batches batches) {
                String query = "?params=" + URLEncoder.encode(JSON.writeValueAsString(params), StandardCharsets.UTF_8);
                return send(
                        "POST",
                        path + query,
                        "application/vnd.apache.arrow.stream",
                        accept,
                        BodyPublishers.ofByteArray(arrow(batches.batches())));
            }
            return send(
                    "POST",
                    path,
                    "application/json",
                    accept,
                    BodyPublishers.ofByteArray(JSON.writeValueAsBytes(document(params, input))));
        } catch (JsonProcessingException noJson) {
            throw new IllegalArgumentException("The params of " + path + " have no form in JSON.", noJson);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private static Map<String, Object> document(Map<String, ?> params, Input input) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("params", params);
        switch (input) {
            case Input.Sql sql -> document.put("input", Map.of("sql", sql.sql()));
            case Input.Table table -> document.put("input", Map.of("table", table.name()));
            case Input.None none -> {}
            case Input.Batches batches -> {}
        }
        return document;
    }

    private static byte[] arrow(List<Batch> batches) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        VectorSchemaRoot first = batches.getFirst().root();
        try (VectorSchemaRoot sent = VectorSchemaRoot.create(
                        first.getSchema(), first.getVector(0).getAllocator());
                ArrowStreamWriter writer = new ArrowStreamWriter(sent, null, Channels.newChannel(bytes))) {
            writer.start();
            for (Batch batch : batches) {
                try (ArrowRecordBatch record = new VectorUnloader(batch.root()).getRecordBatch()) {
                    new VectorLoader(sent).load(record);
                }
                writer.writeBatch();
            }
            writer.end();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** A problem document as a plugin would see it. */
    static PluginException problem(JsonNode problem) {
        return new PluginException(
                problem.path("code").asText("INTERNAL"),
                problem.path("detail").asText() + " " + problem.path("hint").asText());
    }
}

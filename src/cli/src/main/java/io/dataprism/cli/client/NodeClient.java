package io.dataprism.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A node, over HTTP. For one command on one thread; blocks until the answer is there, 60 s at most. */
public final class NodeClient implements AutoCloseable {

    /** Reads and makes documents. */
    public static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    /** More than the 30 s that the node waits for a plugin. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final URI base;
    private final String token;
    private final boolean json;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();

    /**
     * @param base scheme, host and port
     * @param json whether refusals are printed as the node's own documents
     */
    NodeClient(URI base, String token, boolean json) {
        this.base = base;
        this.token = token;
        this.json = json;
    }

    /** The answer to a read. */
    public JsonNode get(String path) throws CannotBegin, Refused {
        return read(request(path).GET());
    }

    /** The answer to a request without a body. */
    public JsonNode post(String path) throws CannotBegin, Refused {
        return read(request(path).POST(BodyPublishers.noBody()));
    }

    /** The answer to a request with a document. */
    public JsonNode post(String path, JsonNode body) throws CannotBegin, Refused {
        return read(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    /** The answer where a document is put. */
    public JsonNode put(String path, JsonNode body) throws CannotBegin, Refused {
        return read(
                request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body.toString())));
    }

    /** Sends a package. */
    public JsonNode send(String method, String path, Path file) throws CannotBegin, Refused {
        BodyPublisher body;
        try {
            body = BodyPublishers.ofFile(file);
        } catch (FileNotFoundException absent) {
            throw new CannotBegin("there is no package " + file + " that can be read: name a jar.");
        }
        return read(
                request(path).header("Content-Type", "application/java-archive").method(method, body));
    }

    /** Removes what is there. */
    public void delete(String path) throws CannotBegin, Refused {
        read(request(path).DELETE());
    }

    /** An answer that may go on for as long as its reader likes; the caller closes it. */
    public InputStream open(String path, String accept) throws CannotBegin, Refused {
        HttpResponse<InputStream> answer =
                exchange(request(path).header("Accept", accept).GET());
        if (answer.statusCode() == 200) {
            return answer.body();
        }
        try (InputStream body = answer.body()) {
            throw refusal(answer.statusCode(), JSON.readTree(body.readAllBytes()));
        } catch (IOException unreadable) {
            throw noNode("answered with status " + answer.statusCode());
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(ANSWER_LIMIT)
                .header("Authorization", "Bearer " + token);
    }

    private JsonNode read(HttpRequest.Builder request) throws CannotBegin, Refused {
        HttpResponse<InputStream> answer = exchange(request);
        JsonNode body;
        try (InputStream bytes = answer.body()) {
            body = JSON.readTree(bytes.readAllBytes());
        } catch (JsonProcessingException notJson) {
            throw noNode("answered with status " + answer.statusCode() + " and no JSON");
        } catch (IOException cut) {
            throw noNode("broke its answer off (" + cut.getMessage() + ")");
        }
        if (answer.statusCode() / 100 == 2) {
            return body;
        }
        throw refusal(answer.statusCode(), body);
    }

    private HttpResponse<InputStream> exchange(HttpRequest.Builder request) throws CannotBegin {
        try {
            return http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException unreachable) {
            String why = unreachable.getMessage() == null ? "no connection" : unreachable.getMessage();
            throw new CannotBegin("no node answers at " + base + " (" + why
                    + "): start one with './dataprism serve', or name it with --url.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CannotBegin("the request was interrupted: send it again.");
        }
    }

    private CannotBegin noNode(String did) {
        return new CannotBegin("what listens at " + base + " " + did + ": name a DataPrism node with --url.");
    }

    private static String inWords(JsonNode problem) {
        StringBuilder text = new StringBuilder(Texts.shown(problem.path("detail")));
        for (JsonNode error : problem.path("errors")) {
            text.append("\n  ")
                    .append(Texts.shown(error.path("pointer")))
                    .append(": ")
                    .append(Texts.shown(error.path("detail")));
        }
        text.append("\n  ").append(Texts.shown(problem.path("hint")));
        return text.toString();
    }

    private Refused refusal(int status, @Nullable JsonNode problem) throws CannotBegin {
        if (problem == null || !problem.path("code").isTextual()) {
            throw noNode("answered with status " + status);
        }
        if (status == 401) {
            throw new CannotBegin(
                    "the node at " + base
                            + " does not know the token: give it with --token, DATAPRISM_TOKEN, or the --data-dir of that node.");
        }
        return new Refused(json ? problem.toString() : inWords(problem));
    }
}

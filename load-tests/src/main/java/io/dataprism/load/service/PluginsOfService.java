package io.dataprism.load.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.load.measure.CallTimes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/** Plugins of a service, as its operator handles them over HTTP. Calls block; any thread. */
public final class PluginsOfService {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String WAITING = "dataprism_plugins_waiting ";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    private final HttpClient client;
    private final int port;
    private final String token;

    PluginsOfService(HttpClient client, int port, String token) {
        this.client = client;
        this.port = port;
        this.token = token;
    }

    /** An operation that is called again and again. */
    public record Target(int port, String token, String path, String body) {}

    /** Registers and activates; fails where it is not active then. */
    public JsonNode add(Path packageFile) throws IOException {
        JsonNode added = ask(
                request("/v1/plugins?activate=true")
                        .header("Content-Type", type(packageFile))
                        .POST(HttpRequest.BodyPublishers.ofFile(packageFile)),
                201);
        if (!added.path("state").asText().equals("active")) {
            throw new IOException("The plugin is not active: " + added);
        }
        return added;
    }

    /** Registers, and wishes it active; whether it is is another question. */
    public void register(Path packageFile) throws IOException {
        ask(
                request("/v1/plugins?activate=true")
                        .header("Content-Type", type(packageFile))
                        .POST(HttpRequest.BodyPublishers.ofFile(packageFile)),
                201);
    }

    /** Replaces its version; answers how long the switch took, in milliseconds, as the service says. */
    public double reload(String name, Path packageFile) throws IOException {
        return ask(
                        request("/v1/plugins/" + name + "/package")
                                .header("Content-Type", type(packageFile))
                                .PUT(HttpRequest.BodyPublishers.ofFile(packageFile)),
                        200)
                .path("switchedInMs")
                .asDouble();
    }

    /** Grants all that it asks for. */
    public void grantAll(String name) throws IOException {
        ask(
                request("/v1/plugins/" + name + "/grants")
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"approve\": \"requested\"}")),
                200);
    }

    /** Waits until so many processes have waited for plugins for so long; 30 s at most. */
    public void awaitWaiting(int count, Duration since) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long full = System.nanoTime();
        while (System.nanoTime() - full < since.toNanos()) {
            boolean there = answer(request("/metrics").GET()).body().contains(WAITING + count + ".0");
            full = there ? full : System.nanoTime();
            if (full > end) {
                throw new IOException("After " + PATIENCE + " there are not " + count + " processes that wait.");
            }
            Thread.sleep(POLL);
        }
    }

    /** What the service knows of it. */
    public JsonNode get(String name) throws IOException {
        return ask(request("/v1/plugins/" + name).GET(), 200);
    }

    /** Wishes it active; whether it is now. */
    public boolean activate(String name) throws IOException {
        return answer(request("/v1/plugins/" + name + "/activate").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode()
                == 200;
    }

    /** Unloads and forgets it. */
    public void remove(String name) throws IOException {
        ask(request("/v1/plugins/" + name).DELETE(), 204);
    }

    /** The same for one that others are changing; whether it is gone. */
    public boolean tryToRemove(String name) throws IOException {
        int status = answer(request("/v1/plugins/" + name).DELETE()).statusCode();
        return status == 204 || status == 404;
    }

    /** Calls an operation; answers the status. */
    public int call(String plugin, String operation, String body) throws IOException {
        return answer(request("/v1/plugins/" + plugin + "/operations/" + operation)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .statusCode();
    }

    /** The operation of a plugin that echoes, with parameters of so many bytes. */
    public Target operation(String plugin, String operation, int bytes) {
        return new Target(
                port,
                token,
                "/v1/plugins/" + plugin + "/operations/" + operation,
                "{\"params\":" + CallTimes.payload(bytes) + "}");
    }

    private static String type(Path packageFile) {
        return packageFile.toString().endsWith(".zip") ? "application/zip" : "application/java-archive";
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Bearer " + token);
    }

    private JsonNode ask(HttpRequest.Builder request, int expected) throws IOException {
        HttpResponse<String> response = answer(request);
        if (response.statusCode() != expected) {
            throw new IOException(
                    response.request().uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> answer(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

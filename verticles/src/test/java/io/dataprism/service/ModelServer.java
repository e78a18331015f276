package io.dataprism.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server with OpenAI's interface, whose model answers what it was asked last. Models with other names misbehave: {@code
 * status-429} answers with that status, {@code garbage} with no JSON, {@code silent} never, {@code short} with too little. Vectors come last
 * first.
 */
final class ModelServer implements AutoCloseable {

    static final String KEY = "sk-very-secret";

    final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    ModelServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/", this::answer);
        server.createContext("/ok", exchange -> send(exchange, 200, ""));
        server.setExecutor(threads);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/");
    }

    /** Host and port, where other paths than the models' answer with an empty page. */
    String host() {
        return url().getAuthority();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonObject body = new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String model = body.getString("model");
        if (!("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(exchange, 401, "{\"error\": {\"message\": \"wrong key\"}}");
        } else if (model.startsWith("status-")) {
            send(exchange, Integer.parseInt(model.substring(7)), "{\"error\": {\"message\": \"not now\"}}");
        } else if (model.equals("garbage")) {
            send(exchange, 200, "<html>");
        } else if (model.equals("short")) {
            send(exchange, 200, "{}");
        } else if (!model.equals("silent")) {
            asked.add(body);
            boolean chat = exchange.getRequestURI().getPath().equals("/v1/chat/completions");
            send(exchange, 200, (chat ? completion(body) : embeddings(body)).encode());
        }
    }

    private static JsonObject completion(JsonObject body) {
        JsonArray messages = body.getJsonArray("messages");
        String last = messages.getJsonObject(messages.size() - 1).getString("content");
        return new JsonObject()
                .put("model", body.getString("model"))
                .put(
                        "choices",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("finish_reason", "stop")
                                        .put(
                                                "message",
                                                new JsonObject()
                                                        .put("role", "assistant")
                                                        .put("content", "You said: " + last))))
                .put(
                        "usage",
                        new JsonObject()
                                .put("prompt_tokens", 300)
                                .put("completion_tokens", 100)
                                .put("total_tokens", 400));
    }

    private static JsonObject embeddings(JsonObject body) {
        JsonArray data = new JsonArray();
        JsonArray input = body.getJsonArray("input");
        for (int index = input.size() - 1; index >= 0; index--) {
            JsonArray vector =
                    new JsonArray().add(input.getString(index).length()).add(0.5);
            data.add(new JsonObject().put("index", index).put("embedding", vector));
        }
        return new JsonObject()
                .put("model", body.getString("model"))
                .put("data", data)
                .put("usage", new JsonObject().put("prompt_tokens", 7).put("total_tokens", 7));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}

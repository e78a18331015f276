package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Reads server-sent events on a thread of its own into a bounded queue: when it is full, reading stops. */
final class SseReader implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final BlockingQueue<Message> messages = new ArrayBlockingQueue<>(10_000);
    private final InputStream body;
    private final Thread thread;

    private SseReader(InputStream body) {
        this.body = body;
        this.thread = Thread.ofPlatform().daemon().name("sse-reader").start(this::read);
    }

    /** One message: {@code event} is {@code message} and {@code id} is empty where none was sent. */
    record Message(String event, String id, String data) {
        JsonObject json() {
            return new JsonObject(data);
        }
    }

    static SseReader open(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        var response = client.send(request, BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        return new SseReader(response.body());
    }

    /** The next message; fails where none comes within 20 seconds. */
    Message next() throws InterruptedException {
        Message message = messages.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(message).as("a message within %s", LIMIT).isNotNull();
        return message;
    }

    /** The next message that fits; those before it are dropped. */
    Message next(Predicate<Message> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        Message message = next();
        while (!wanted.test(message)) {
            assertThat(System.nanoTime())
                    .as("a message that fits within %s", LIMIT)
                    .isLessThan(deadline);
            message = next();
        }
        return message;
    }

    /** The next event of a topic. */
    Message nextOf(String topic) throws InterruptedException {
        return next(message ->
                message.event().equals("event") && topic.equals(message.json().getString("subject")));
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        body.close();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String event = "message";
            String id = "";
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int colon = line.indexOf(':');
                String field = colon < 0 ? line : line.substring(0, colon);
                String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
                switch (field) {
                    case "event" -> event = value;
                    case "id" -> id = value;
                    case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                    default -> {}
                }
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        messages.put(new Message(event, id, data.toString()));
                    }
                    event = "message";
                    data.setLength(0);
                }
            }
        } catch (IOException | InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A WebSocket of {@code dataprism.v1}: frames wait in bounded queues, and the next one is asked for when there is room. */
final class WebSocketClient implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final BlockingQueue<JsonObject> texts = new ArrayBlockingQueue<>(10_000);
    private final BlockingQueue<byte[]> binaries = new ArrayBlockingQueue<>(10_000);
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private WebSocket socket;

    private WebSocketClient() {}

    /** Opens one. With a token it is sent as the header; without, the first frame must be {@code auth}. */
    static WebSocketClient open(HttpClient client, URI base, String token) {
        WebSocketClient opened = new WebSocketClient();
        WebSocket.Builder builder =
                client.newWebSocketBuilder().subprotocols("dataprism.v1").connectTimeout(LIMIT);
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        opened.socket = builder.buildAsync(URI.create("ws://" + base.getAuthority() + "/v1/ws"), opened.new Listener())
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        assertThat(opened.socket.getSubprotocol()).isEqualTo("dataprism.v1");
        return opened;
    }

    void send(JsonObject frame) {
        socket.sendText(frame.encode(), true)
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** The next text frame with that {@code op}; those before it are dropped. */
    JsonObject next(String op) throws InterruptedException {
        return next(frame -> op.equals(frame.getString("op")));
    }

    JsonObject next(Predicate<JsonObject> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        JsonObject frame = null;
        while (frame == null || !wanted.test(frame)) {
            frame = texts.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            assertThat(frame).as("a frame that fits within %s", LIMIT).isNotNull();
        }
        return frame;
    }

    /** The next event of a topic. */
    JsonObject nextOf(String topic) throws InterruptedException {
        return next(frame -> "event".equals(frame.getString("op"))
                && topic.equals(frame.getJsonObject("event").getString("subject")));
    }

    /** The next binary frame. */
    byte[] nextBinary() throws InterruptedException {
        byte[] frame = binaries.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(frame).as("a binary frame within %s", LIMIT).isNotNull();
        return frame;
    }

    /** The code with which the server closes. */
    int closeCode() throws InterruptedException, ExecutionException, TimeoutException {
        return closeCode.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                put(texts, new JsonObject(text.toString()));
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            binary.writeBytes(bytes);
            if (last) {
                put(binaries, binary.toByteArray());
                binary.reset();
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closeCode.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closeCode.completeExceptionally(error);
        }

        private <T> void put(BlockingQueue<T> queue, T frame) {
            try {
                queue.put(frame);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

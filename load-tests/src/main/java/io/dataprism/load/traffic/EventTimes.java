package io.dataprism.load.traffic;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** How long events take from one gateway to another, in one run after the other. One event loop of its own; calls block, bounded. */
public final class EventTimes implements AutoCloseable {

    private static final AtomicLong TOPICS = new AtomicLong();
    private static final long LIMIT_SECONDS = 20;

    /** Publishes without an answer, of the 128 that a connection may have; what is late counts from when it was due. */
    private static final int UNANSWERED_LIMIT = 100;

    private static final double NANOS_OF_A_MILLI = 1e6;
    private static final double NANOS_OF_A_SECOND = 1e9;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final String topic = "bench:times-" + TOPICS.incrementAndGet();
    private final WebSocketClient client = vertx.createWebSocketClient(); // ends its connections when nobody has it
    private final WebSocket publisher;
    private volatile List<Double> millis = new ArrayList<>();
    private CompletableFuture<List<Double>> over = new CompletableFuture<>();
    private CompletableFuture<Void> subscribed = new CompletableFuture<>();
    private int wanted;
    private volatile int unanswered;

    /** Connects. @param token that both take */
    public EventTimes(Gateway from, Gateway to, String token) throws Exception {
        publisher = await(client.connect(options(from, token)));
        publisher.textMessageHandler(this::answered);
        publisher.closeHandler(closed -> ended("publishes", publisher));
        WebSocket subscriber = await(client.connect(options(to, token)));
        subscriber.textMessageHandler(this::told);
        subscriber.closeHandler(closed -> ended("subscribes", subscriber));
        subscriber.writeTextMessage(new JsonObject()
                .put("op", "subscribe")
                .put("id", "s")
                .put("topics", new JsonArray().add(topic))
                .encode());
        subscribed.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static WebSocketConnectOptions options(Gateway gateway, String token) {
        return new WebSocketConnectOptions()
                .setHost(gateway.host())
                .setPort(gateway.port())
                .setURI("/v1/ws")
                .addSubProtocol("dataprism.v1")
                .putHeader("Authorization", "Bearer " + token);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Publishes so many, each when it is due, and answers how long each took from then on, in milliseconds. */
    public List<Double> run(int perSecond, int events) throws Exception {
        CompletableFuture<List<Double>> told = new CompletableFuture<>();
        vertx.runOnContext(go -> {
            millis = new ArrayList<>();
            over = told;
            wanted = events;
            publish(perSecond, events);
        });
        try {
            return told.get(LIMIT_SECONDS + events / perSecond, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    "Of " + events + " events " + millis.size() + " came in time, and " + unanswered
                            + " publishes have no answer.",
                    late);
        }
    }

    private void publish(int perSecond, int events) {
        long start = System.nanoTime();
        int[] sent = {0};
        vertx.setPeriodic(1, timer -> {
            for (long due = due(start, sent[0], perSecond);
                    sent[0] < events && due <= System.nanoTime() && unanswered < UNANSWERED_LIMIT;
                    due = due(start, sent[0], perSecond)) {
                unanswered++;
                publisher.writeTextMessage("{\"op\":\"publish\",\"id\":\"p" + sent[0]++ + "\",\"topic\":\"" + topic
                        + "\",\"data\":{\"due\":" + due + "}}");
            }
            if (sent[0] == events) {
                vertx.cancelTimer(timer);
            }
        });
    }

    private static long due(long start, int number, int perSecond) {
        return start + (long) (number * NANOS_OF_A_SECOND / perSecond);
    }

    private void answered(String text) {
        unanswered--;
        if (text.contains("\"op\":\"error\"")) {
            over.completeExceptionally(new IllegalStateException("An event was refused: " + text));
        }
    }

    private void ended(String which, WebSocket connection) {
        over.completeExceptionally(new IllegalStateException("The connection that " + which + " was closed: "
                + connection.closeStatusCode() + " " + connection.closeReason()));
    }

    private void told(String text) {
        long now = System.nanoTime();
        JsonObject frame = new JsonObject(text);
        switch (frame.getString("op")) {
            case "subscribed" -> subscribed.complete(null);
            case "event" -> {
                long due = frame.getJsonObject("event").getJsonObject("data").getLong("due");
                millis.add((now - due) / NANOS_OF_A_MILLI);
                if (millis.size() == wanted) {
                    over.complete(millis);
                }
            }
            default -> over.completeExceptionally(new IllegalStateException("The subscriber was told: " + text));
        }
    }

    @Override
    public void close() throws Exception {
        await(vertx.close());
    }
}

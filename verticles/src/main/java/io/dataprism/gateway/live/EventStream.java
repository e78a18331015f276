package io.dataprism.gateway.live;

import io.dataprism.core.event.Gap;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventSink;
import io.dataprism.event.FeedSubscription;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.Authenticator.Identity;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One stream of server-sent events. While the response can be written to, its subscription reads on; when the reader stalls,
 * nothing is kept for it but the cursor. All on the request's context.
 */
final class EventStream implements EventSink, LiveConnections.Connection {

    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final Buffer HEARTBEAT = Buffer.buffer(": hb\n\n");

    private final Vertx vertx;
    private final Context context;
    private final LiveConnections connections;
    private final HttpServerResponse response;
    private final Identity identity;
    private final FeedSubscription subscription;
    private final TokenWatch tokens;
    private long heartbeat;
    private boolean closed;

    /** Subscribes; fails with {@code REQUEST_INVALID} for a malformed cursor, before anything is written. */
    EventStream(
            Vertx vertx,
            EventFeed feed,
            Authenticator authenticator,
            LiveConnections connections,
            HttpServerResponse response,
            Identity identity,
            List<TopicPattern> patterns,
            Start start) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.connections = connections;
        this.response = response;
        this.identity = identity;
        this.tokens = new TokenWatch(vertx, authenticator, () -> end(LiveConnections.Ending.TOKEN_ENDED));
        this.subscription = feed.subscribe(patterns, start, this);
    }

    /** Writes the head and {@code ready}, and begins. */
    void open(RoutingContext routing, @Nullable String token) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-accel-buffering", "no")
                .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
                .setChunked(true);
        routing.addEndHandler(gone -> close());
        response.drainHandler(room -> subscription.resume());
        connections.add(this);
        tokens.watch(identity, token);
        heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, tick -> beat());
        String cursor = subscription.cursor();
        write("ready", cursor, json(new JsonObject().put("cursor", cursor)));
        subscription.resume();
    }

    private void beat() {
        tokens.check();
        if (isReady()) {
            response.write(HEARTBEAT.copy());
        }
    }

    @Override
    public boolean isReady() {
        return !closed && !response.writeQueueFull();
    }

    @Override
    public void onEvent(StoredEvent event) {
        write("event", event.cursor(), event.json());
    }

    @Override
    public void onGap(Gap gap) {
        JsonObject data = new JsonObject()
                .put("from", gap.from())
                .put("to", gap.to())
                .put("reason", gap.reason().label());
        write("gap", gap.to(), json(data));
    }

    private void write(String event, String id, byte[] data) {
        Buffer frame = Buffer.buffer(data.length + id.length() + 40)
                .appendString("id: ")
                .appendString(id)
                .appendString("\nevent: ")
                .appendString(event)
                .appendString("\ndata: ")
                .appendBytes(data)
                .appendString("\n\n");
        response.write(frame);
    }

    private static byte[] json(JsonObject data) {
        return data.encode().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void end(LiveConnections.Ending why) {
        context.runOnContext(ending -> {
            if (!closed) {
                close();
                response.end();
            }
        });
    }

    @Override
    public boolean isOf(Predicate<Identity> identities) {
        return identities.test(identity);
    }

    private void close() {
        if (!closed) {
            closed = true;
            vertx.cancelTimer(heartbeat);
            tokens.stop();
            subscription.close();
            connections.remove(this);
        }
    }
}

package io.dataprism.gateway.live;

import io.dataprism.core.event.Gap;
import io.dataprism.core.event.Start;
import io.dataprism.core.event.StoredEvent;
import io.dataprism.core.event.TopicPattern;
import io.dataprism.event.FeedSubscription;
import io.dataprism.event.FrameForm;
import io.dataprism.event.FrameSink;
import io.dataprism.gateway.Authenticator.Identity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One stream of server-sent events. While the response can be written to, its subscription reads on; when the reader stalls,
 * nothing is kept for it but the cursor, and when it stalls for too long with something to read, it is cut off: it may
 * come back with its last id. All on the request's context.
 */
final class EventStream implements FrameSink, LiveConnections.Connection, LoopWheel.Watched {

    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final long LOOK_MILLIS = 5_000;
    private static final int SMALL_BYTES = 256;

    private final Context context;
    private final LiveServices services;
    private final Identity identity;
    private final HttpServerResponse response;
    private final SseOutput output;
    private final FeedSubscription subscription;
    private final TokenWatch tokens;
    private final LoopWheel.Entry watching;
    private long nextHeartbeatMillis;
    private boolean closed;

    private EventStream(
            LiveServices services,
            RoutingContext routing,
            Identity identity,
            List<TopicPattern> patterns,
            Start start) {
        ContextInternal internal = (ContextInternal) services.vertx().getOrCreateContext();
        this.context = internal;
        this.services = services;
        this.identity = identity;
        this.tokens = new TokenWatch(services.authenticator(), () -> end(LiveConnections.Ending.TOKEN_ENDED));
        this.response = routing.response();
        // a malformed cursor is refused here, before anything is written
        services.feed().log().place(start);
        response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-accel-buffering", "no")
                .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
        this.output = SseOutput.open(
                response, routing.request().version(), routing.request().connection(), services.loops(), this::resume);
        this.subscription = services.feed().subscribe(patterns, start, this);
        this.watching = services.loops().of(internal.nettyEventLoop()).wheel().add(this, LOOK_MILLIS);
        this.nextHeartbeatMillis = System.currentTimeMillis() + HEARTBEAT_MILLIS;
    }

    /**
     * Writes the head and {@code ready}, and begins. Fails with {@code REQUEST_INVALID} for a malformed cursor, before anything is
     * written.
     */
    static void open(
            LiveServices services,
            RoutingContext routing,
            Identity identity,
            @Nullable String token,
            List<TopicPattern> patterns,
            Start start) {
        new EventStream(services, routing, identity, patterns, start).begin(routing, token);
    }

    private void begin(RoutingContext routing, @Nullable String token) {
        routing.addEndHandler(gone -> close());
        services.connections().add(this);
        tokens.watch(identity, token);
        watching.within(tokens.leftMillis(System.currentTimeMillis()));
        String cursor = subscription.cursor();
        write("ready", cursor, new JsonObject().put("cursor", cursor));
        subscription.resume();
    }

    @Override
    public long look(long nowMillis) {
        if (closed) {
            return 0;
        }
        tokens.look(nowMillis);
        if (services.connections().isStalled(output.fullSinceMillis(), nowMillis) && subscription.lag() > 0) {
            close();
            output.abort();
            return 0;
        }
        if (nowMillis >= nextHeartbeatMillis) {
            nextHeartbeatMillis = nowMillis + HEARTBEAT_MILLIS;
            if (isReady()) {
                ByteBuf heartbeat = ByteBufAllocator.DEFAULT.directBuffer(SMALL_BYTES);
                output.form().appendComment(heartbeat, "hb");
                output.write(heartbeat);
            }
        }
        return Math.min(LOOK_MILLIS, Math.min(tokens.leftMillis(nowMillis), nextHeartbeatMillis - nowMillis));
    }

    private void resume() {
        if (!closed) {
            subscription.resume();
        }
    }

    @Override
    public boolean isReady() {
        return !closed && output.isReady();
    }

    @Override
    public int roomForEvents() {
        return isReady() ? Integer.MAX_VALUE : 0;
    }

    @Override
    public FrameForm form() {
        return output.form();
    }

    @Override
    public void onFrames(ByteBuf frames, int events) {
        output.write(frames.retainedDuplicate());
    }

    @Override
    public void onEvent(StoredEvent event) {
        ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(output.form().estimatedBytes(event));
        output.form().append(frame, event);
        output.write(frame);
    }

    @Override
    public void onGap(Gap gap) {
        write(
                "gap",
                gap.to(),
                new JsonObject()
                        .put("from", gap.from())
                        .put("to", gap.to())
                        .put("reason", gap.reason().label()));
    }

    private void write(String event, String id, JsonObject data) {
        byte[] json = data.encode().getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(json.length + SMALL_BYTES);
        output.form().append(frame, event, id, json);
        output.write(frame);
    }

    @Override
    public void end(LiveConnections.Ending why) {
        context.runOnContext(ending -> {
            if (!closed) {
                close();
                output.end();
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
            watching.remove();
            subscription.close();
            output.leave();
            services.connections().remove(this);
        }
    }
}

package io.dataprism.gateway.live;

import io.dataprism.gateway.Authenticator.Identity;
import io.dataprism.gateway.logs.LogReading;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's log as it is written, on all nodes, as lines of JSON or as server-sent events: this node's lines at once, those of others
 * within half a second. A reader that stalls misses lines and is told how many; nothing is kept for it. All on the request's context, but
 * for {@link #end}.
 */
final class LogStream implements LiveConnections.Connection, LoopWheel.Watched {

    static final String NDJSON = "application/x-ndjson";
    static final String EVENTS = "text/event-stream";

    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final long LOOK_MILLIS = 5_000;
    private static final long NO_TIMER = -1;
    private static final long OTHERS_MILLIS = 500;

    private final LiveServices services;
    private final ContextInternal context;
    private final LiveConnections connections;
    private final HttpServerResponse response;
    private final Identity identity;
    private final LogReading log;
    private final boolean events;
    private final TokenWatch tokens;
    private final Runnable more = this::more;
    private final AtomicBoolean told = new AtomicBoolean();
    private LoopWheel.@Nullable Entry watching;
    private long nextHeartbeatMillis = System.currentTimeMillis() + HEARTBEAT_MILLIS;
    private long timer = NO_TIMER;
    private boolean lastLook;
    private boolean closed;

    /** @param events server-sent events, else lines of JSON */
    LogStream(LiveServices services, RoutingContext routing, Identity identity, LogReading log, boolean events) {
        this.services = services;
        this.context = (ContextInternal) services.vertx().getOrCreateContext();
        this.connections = services.connections();
        this.response = routing.response();
        this.identity = identity;
        this.log = log;
        this.events = events;
        this.tokens = new TokenWatch(services.authenticator(), () -> end(LiveConnections.Ending.TOKEN_ENDED));
    }

    /** Begins with what is kept; false where too many follow, and nothing is written. */
    boolean open(RoutingContext routing, @Nullable String token) {
        if (!log.own().follow(more)) {
            return false;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, events ? EVENTS : NDJSON)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-accel-buffering", "no")
                .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
                .setChunked(true);
        routing.addEndHandler(gone -> close());
        response.drainHandler(room -> log.write());
        connections.add(this);
        tokens.watch(identity, token);
        watching = services.loops().of(context.nettyEventLoop()).wheel().add(this, LOOK_MILLIS);
        timer = services.vertx().setPeriodic(OTHERS_MILLIS, tick -> log.wakeOthers());
        response.writeHead().onComplete(sent -> log.begin(this::line, response::writeQueueFull, this::caughtUp));
        return true;
    }

    /** On whichever thread has written a line: one wake-up for all lines until it has been answered. */
    private void more() {
        if (told.compareAndSet(false, true)) {
            context.runOnContext(go -> {
                told.set(false);
                log.wakeOwn();
            });
        }
    }

    /** Once the plugin is gone, its last lines are looked for, and then the stream ends. */
    private void caughtUp() {
        if (closed || !log.own().isClosed()) {
            return;
        }
        if (lastLook) {
            close();
            response.end();
        } else {
            lastLook = true;
            context.runOnContext(look -> log.wakeOwn());
        }
    }

    private void line(byte[] json) {
        response.write(Buffer.buffer(events ? "event: line\ndata: " : "")
                .appendBytes(json)
                .appendString(events ? "\n\n" : "\n"));
    }

    @Override
    public long look(long nowMillis) {
        if (closed) {
            return 0;
        }
        tokens.look(nowMillis);
        if (nowMillis >= nextHeartbeatMillis) {
            nextHeartbeatMillis = nowMillis + HEARTBEAT_MILLIS;
            if (events && !response.writeQueueFull()) {
                response.write(": hb\n\n");
            }
        }
        return Math.min(LOOK_MILLIS, Math.min(tokens.leftMillis(nowMillis), nextHeartbeatMillis - nowMillis));
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
            if (watching != null) {
                watching.remove();
            }
            log.end();
            log.own().unfollow(more);
            services.vertx().cancelTimer(timer);
            connections.remove(this);
        }
    }
}

package io.dataprism.gateway.live;

import io.dataprism.gateway.Authenticator.Identity;
import io.dataprism.host.PluginLog;
import io.dataprism.host.PluginLog.Page;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's log as it is written, as lines of JSON or as server-sent events. A reader that stalls misses lines and is told how
 * many; nothing is kept for it. All on the request's context, but for {@link #end}.
 */
final class LogStream implements LiveConnections.Connection, LoopWheel.Watched {

    static final String NDJSON = "application/x-ndjson";
    static final String EVENTS = "text/event-stream";

    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final long LOOK_MILLIS = 5_000;
    private static final int PAGE_LINES = 100;

    private final LiveServices services;
    private final ContextInternal context;
    private final LiveConnections connections;
    private final HttpServerResponse response;
    private final Identity identity;
    private final PluginLog log;
    private final boolean events;
    private final TokenWatch tokens;
    private final Runnable more = this::more;
    private final AtomicBoolean told = new AtomicBoolean();
    private LoopWheel.@Nullable Entry watching;
    private long nextHeartbeatMillis = System.currentTimeMillis() + HEARTBEAT_MILLIS;
    private long last;
    private boolean closed;

    /** @param events server-sent events, else lines of JSON */
    LogStream(LiveServices services, RoutingContext routing, Identity identity, PluginLog log, boolean events) {
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
        if (!log.follow(more)) {
            return false;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, events ? EVENTS : NDJSON)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-accel-buffering", "no")
                .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
                .setChunked(true);
        routing.addEndHandler(gone -> close());
        response.drainHandler(room -> write());
        connections.add(this);
        tokens.watch(identity, token);
        watching = services.loops().of(context.nettyEventLoop()).wheel().add(this, LOOK_MILLIS);
        response.writeHead().onComplete(sent -> write());
        return true;
    }

    /** On whichever thread has written a line: one wake-up for all lines until it has been answered. */
    private void more() {
        if (told.compareAndSet(false, true)) {
            context.runOnContext(go -> {
                told.set(false);
                write();
            });
        }
    }

    private void write() {
        while (!closed && !response.writeQueueFull()) {
            boolean whole = log.isClosed();
            Page page = log.after(last, PAGE_LINES);
            if (page.missed() > 0) {
                line(new JsonObject()
                        .put("level", "WARN")
                        .put("message", page.missed() + " lines were missed: this reader is slow.")
                        .encode()
                        .getBytes(StandardCharsets.UTF_8));
            }
            last = page.last();
            if (page.lines().isEmpty()) {
                if (whole) {
                    close();
                    response.end();
                }
                return;
            }
            page.lines().forEach(this::line);
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
            log.unfollow(more);
            connections.remove(this);
        }
    }
}

package io.dataprism.gateway.connection;

import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.TimeUnit;

/**
 * What one connection of HTTP/2 may cost. Netty bounds resets in both directions, continuations, empty frames and answers that
 * wait to be sent (the last three with fixed bounds); pings and settings, which are answered at once, are counted here. Who goes
 * beyond is told {@code ENHANCE_YOUR_CALM} and closed.
 */
public final class Http2Floods {

    private static final int RESETS = 200;
    private static final int RESETS_SECONDS = 30;
    private static final int CONTROL_FRAMES = 1_000;
    private static final long CONTROL_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long ENHANCE_YOUR_CALM = 0xb;

    private final HttpConnection connection;
    private long sinceNanos = System.nanoTime();
    private int frames;

    private Http2Floods(HttpConnection connection) {
        this.connection = connection;
    }

    /** Sets the bounds of HTTP/2. */
    public static HttpServerOptions bound(HttpServerOptions options, int streams, int headerBytes) {
        return options.setInitialSettings(
                        new Http2Settings().setMaxConcurrentStreams(streams).setMaxHeaderListSize(headerBytes))
                .setHttp2RstFloodMaxRstFramePerWindow(RESETS)
                .setHttp2RstFloodWindowDuration(RESETS_SECONDS)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
    }

    /**
     * Begins to watch a connection, where it speaks HTTP/2. Netty goes by the number of streams when the client has acknowledged
     * it, and whoever means harm never does, so it holds from the start. On the connection's event loop.
     */
    public static void watch(HttpConnection connection, int streams) {
        Http2ConnectionHandler handler = ((HttpServerConnection) connection)
                .channelHandlerContext()
                .pipeline()
                .get(Http2ConnectionHandler.class);
        if (handler != null) {
            handler.connection().remote().maxActiveStreams(streams);
            Http2Floods floods = new Http2Floods(connection);
            connection.pingHandler(ping -> floods.count());
            connection.remoteSettingsHandler(settings -> floods.count());
        }
    }

    private void count() {
        long now = System.nanoTime();
        if (now - sinceNanos > CONTROL_NANOS) {
            sinceNanos = now;
            frames = 0;
        }
        if (++frames == CONTROL_FRAMES) {
            connection.goAway(ENHANCE_YOUR_CALM);
            Connection.of(connection).flooded();
        }
    }
}

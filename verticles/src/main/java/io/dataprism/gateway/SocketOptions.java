package io.dataprism.gateway;

import io.dataprism.gateway.connection.SocketCompression;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;

/** What an HTTP server is told of its WebSockets. */
public final class SocketOptions {

    /** The only one that is spoken. */
    public static final String SUBPROTOCOL = "dataprism.v1";

    private SocketOptions() {}

    /** Sets the subprotocol and the bounds; with compression {@link SocketCompression#offer} goes with it. */
    public static HttpServerOptions set(HttpServerOptions options, LiveLimits limits, boolean compression) {
        options.setWebSocketSubProtocols(List.of(SUBPROTOCOL))
                .setMaxWebSocketFrameSize(limits.textFrameBytes())
                .setMaxWebSocketMessageSize(limits.textFrameBytes())
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        return compression ? SocketCompression.enable(options) : options;
    }
}

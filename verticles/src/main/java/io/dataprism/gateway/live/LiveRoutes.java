package io.dataprism.gateway.live;

import io.dataprism.engine.QueryService;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventService;
import io.dataprism.gateway.Authenticator;
import io.dataprism.host.PluginService;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;

/**
 * Events over HTTP and the WebSocket. The gateway authenticates before these routes and puts the identity under {@link
 * Authenticator#IDENTITY}; at {@code /v1/ws} it lets requests without credentials through, since the first frame may carry
 * the token. Nothing may have read the bodies. Failures go to the router's failure handler.
 */
public final class LiveRoutes {

    private static final int FRAME_BYTES_LIMIT = 1 << 20;

    private final LiveServices services;

    /**
     * One for all gateways of a node.
     *
     * @param rows how rows are written in JSON
     * @param connections to end when the node drains
     */
    public LiveRoutes(
            Vertx vertx,
            EventFeed feed,
            EventService events,
            Authenticator authenticator,
            QueryService queries,
            PluginService plugins,
            RowsEncoder rows,
            LiveConnections connections) {
        this.services = new LiveServices(
                vertx, feed, events, authenticator, queries, plugins, rows, connections, new LiveLoops());
    }

    /** What the HTTP server needs for the WebSocket: the subprotocol, the bounds, and no compression. */
    public static HttpServerOptions configure(HttpServerOptions options) {
        return options.setWebSocketSubProtocols(List.of(SocketUpgrade.SUBPROTOCOL))
                .setMaxWebSocketFrameSize(FRAME_BYTES_LIMIT)
                .setMaxWebSocketMessageSize(FRAME_BYTES_LIMIT)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }

    /** What {@code GET /v1/status} shows of the WebSocket's bounds. */
    public static JsonObject limits() {
        return new JsonObject()
                .put("textFrameBytes", FRAME_BYTES_LIMIT)
                .put("subscriptionsPerConnection", SocketCalls.SUBSCRIPTIONS_LIMIT)
                .put("callsPerConnection", SocketCalls.CALLS_LIMIT);
    }

    /** Adds the routes. */
    public void mount(Router router) {
        new LogRoutes(services).mount(router);
        router.get("/v1/ws").handler(Requests.failing(new SocketUpgrade(services)::handle));
        new EventRoutes(services).mount(router);
    }
}

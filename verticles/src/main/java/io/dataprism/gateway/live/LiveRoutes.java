package io.dataprism.gateway.live;

import io.dataprism.engine.QueryService;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventService;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.Limits;
import io.dataprism.gateway.logs.ClusterLogs;
import io.dataprism.host.PluginService;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/**
 * Events over HTTP and the WebSocket. The gateway authenticates before these routes and puts the identity under {@link
 * Authenticator#IDENTITY}; at {@code /v1/ws} it lets requests without credentials through, since the first frame may carry
 * the token. Nothing may have read the bodies. Failures go to the router's failure handler.
 */
public final class LiveRoutes {

    private final LiveServices services;

    /**
     * One for all gateways of a node.
     *
     * @param rows how rows are written in JSON
     * @param connections to end when the node drains
     * @param limits what is taken
     */
    public LiveRoutes(
            Vertx vertx,
            EventFeed feed,
            EventService events,
            Authenticator authenticator,
            QueryService queries,
            PluginService plugins,
            ClusterLogs logs,
            RowsEncoder rows,
            LiveConnections connections,
            Limits limits) {
        this.services = new LiveServices(
                vertx, feed, events, authenticator, queries, plugins, logs, rows, connections, limits, new LiveLoops());
    }

    /** Adds the routes. */
    public void mount(Router router) {
        new LogRoutes(services).mount(router);
        router.get("/v1/ws").handler(Requests.failing(new SocketUpgrade(services)::handle));
        new EventRoutes(services).mount(router);
    }
}

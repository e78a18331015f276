package io.dataprism.gateway.live;

import io.dataprism.engine.QueryService;
import io.dataprism.event.EventFeed;
import io.dataprism.event.EventService;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.Limits;
import io.dataprism.gateway.logs.ClusterLogs;
import io.dataprism.host.PluginService;
import io.vertx.core.Vertx;

/** What the live connections call. */
record LiveServices(
        Vertx vertx,
        EventFeed feed,
        EventService events,
        Authenticator authenticator,
        QueryService queries,
        PluginService plugins,
        ClusterLogs logs,
        RowsEncoder rows,
        LiveConnections connections,
        Limits limits,
        LiveLoops loops) {}

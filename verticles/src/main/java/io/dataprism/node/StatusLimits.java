package io.dataprism.node;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.event.EventLog;
import io.dataprism.gateway.Quantity;
import io.vertx.core.json.JsonObject;

/** The limits that {@code GET /v1/status} shows beside those of the gateway: of queries and events. */
final class StatusLimits {

    private StatusLimits() {}

    static JsonObject of(EngineLimits engine, EventLog.Limits log) {
        return new JsonObject()
                .put("queryWorkers", engine.workers())
                .put("openQueriesPerNode", engine.openQueries())
                .put("openQueriesPerUser", engine.openQueriesPerUser())
                .put("batchBytes", engine.batchBytes())
                .put("eventBytes", log.eventBytes())
                .put("eventLogEvents", log.events())
                .put("eventLogBytes", log.bytes())
                .put("eventLogAge", Quantity.text(log.age()));
    }
}

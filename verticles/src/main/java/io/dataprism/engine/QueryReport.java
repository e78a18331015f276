package io.dataprism.engine;

import io.dataprism.audit.AuditService;
import io.dataprism.core.engine.QueryEnd;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.event.EventService;
import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** Tells of the end of one query: an event for whoever follows, and a line in the audit log. Called on any thread. */
final class QueryReport {

    private static final int SQL_LIMIT = 2_000;

    private final Context context;
    private final EventService events;
    private final AuditService audit;
    private final Caller caller;
    private final String sql;

    QueryReport(Context context, EventService events, AuditService audit, Caller caller, String sql) {
        this.context = context;
        this.events = events;
        this.audit = audit;
        this.caller = caller;
        this.sql = sql;
    }

    void ended(QueryEnd end) {
        JsonObject event = summary(end)
                .put("queryId", end.id())
                .put("user", caller.origin().uri())
                .put("caller", caller.principal().uri())
                .put("chain", chain());
        publish("core:query:complete", event);
        DataPrismException failure = end.failure();
        if (failure != null && !isRefusal(failure)) {
            publish(
                    "core:error",
                    new JsonObject(failure.toJson())
                            .put("queryId", end.id())
                            .put("user", caller.origin().uri())
                            .put("chain", chain()));
        }
        audit.record(
                "query.run",
                caller,
                end.id(),
                outcome(end),
                summary(end).put("sql", sql.substring(0, Math.min(sql.length(), SQL_LIMIT))));
    }

    private void publish(String topic, JsonObject event) {
        context.runOnContext(go -> events.tell(topic, event));
    }

    /** Everybody on whose behalf it ran, the one who asked first: whoever causes an event can be told from others. */
    private JsonArray chain() {
        JsonArray chain = new JsonArray();
        for (Caller link = caller; link != null; link = link.onBehalfOf()) {
            chain.add(link.principal().uri());
        }
        return chain;
    }

    private static JsonObject summary(QueryEnd end) {
        JsonObject summary = new JsonObject()
                .put("rows", end.rows())
                .put("bytes", end.bytes())
                .put("durationMillis", end.duration().toMillis())
                .put("state", end.state().name().toLowerCase(Locale.ROOT));
        DataPrismException failure = end.failure();
        return failure == null ? summary : summary.put("code", failure.code().name());
    }

    private static String outcome(QueryEnd end) {
        DataPrismException failure = end.failure();
        if (failure == null) {
            return "ok";
        }
        return isRefusal(failure) ? "refused" : "failed";
    }

    private static boolean isRefusal(DataPrismException failure) {
        return failure.code() == ErrorCode.PERMISSION_DENIED || failure.code() == ErrorCode.QUERY_NOT_ALLOWED;
    }
}

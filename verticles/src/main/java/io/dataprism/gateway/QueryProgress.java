package io.dataprism.gateway;

import io.dataprism.bus.Replies;
import io.dataprism.core.format.ResultFormat;
import io.dataprism.engine.QueryService;
import io.dataprism.engine.QueryService.QueryInfo;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * Tells a reader of server-sent events how far the query is: at most {@value #PER_SECOND} times a second, only what has changed,
 * and before the first row too. A query that takes long enough for the first of these has the head of its answer written by it:
 * what fails after that is told by {@code problem}. Owned by the request's event loop.
 */
final class QueryProgress {

    private static final int PER_SECOND = 4;

    private final RoutingContext routing;
    private final HttpServerResponse response;
    private final QueryService queries;
    private final String queryId;
    private final Vertx vertx;
    private final long timer;
    private boolean asked;
    private double percent = -1;
    private long rows = -1;

    /** Begins; ends with the response. Call on the request's context. */
    QueryProgress(RoutingContext routing, QueryService queries, String queryId) {
        this.routing = routing;
        this.response = routing.response();
        this.queries = queries;
        this.queryId = queryId;
        this.vertx = Vertx.currentContext().owner();
        this.timer = vertx.setPeriodic(1_000 / PER_SECOND, id -> ask());
        routing.addEndHandler(over -> vertx.cancelTimer(timer));
    }

    private void ask() {
        if (response.ended() || response.closed()) {
            vertx.cancelTimer(timer);
            return;
        }
        if (!asked && !response.writeQueueFull()) {
            asked = true;
            Access.asNode(() -> queries.query(queryId)).onComplete(answer -> {
                asked = false;
                if (answer.succeeded()) {
                    tell(answer.result());
                }
            });
        }
    }

    private void tell(QueryInfo now) {
        boolean news = now.percent() > percent || now.rows() > rows;
        if (!news || response.ended() || response.closed()) {
            return;
        }
        percent = Math.max(percent, now.percent());
        rows = Math.max(rows, now.rows());
        writeHead();
        event("progress", new JsonObject().put("percent", percent).put("rows", rows));
    }

    private void writeHead() {
        if (!response.headWritten()) {
            response.setStatusCode(200)
                    .setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, ResultFormat.SERVER_SENT_EVENTS.mediaType())
                    .putHeader(HttpHeaders.VARY, "accept, accept-encoding")
                    .putHeader(QueryRoutes.QUERY_ID, queryId);
            if (!routing.request().isEnded()) {
                routing.request().resume();
            }
        }
    }

    private void event(String name, JsonObject data) {
        response.write("event: " + name + "\ndata: " + data.encode() + "\n\n");
    }

    /** The query could not be opened. */
    void fail(Throwable failure) {
        vertx.cancelTimer(timer);
        if (!response.headWritten()) {
            Answers.problem(routing, failure);
        } else if (!response.ended() && !response.closed()) {
            event("problem", new JsonObject(Replies.toProblem(failure).toJson()));
            response.end();
        }
    }
}

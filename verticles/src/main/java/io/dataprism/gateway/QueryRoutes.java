package io.dataprism.gateway;

import io.dataprism.core.engine.QueryOutput;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.ResultFormat;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.engine.QueryService;
import io.dataprism.engine.QueryService.QueryInfo;
import io.dataprism.engine.QueryService.QueryRequest;
import io.dataprism.engine.QueryService.QueryResult;
import io.dataprism.gateway.contract.Parameters;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /v1/query} and {@code /v1/queries}. */
final class QueryRoutes {

    static final String QUERY_ID = "Dataprism-Query-Id";

    static final long TIMEOUT_MS = 30_000;
    private static final List<ResultFormat> FORMATS = List.of(ResultFormat.values());

    private final QueryService queries;
    private final Access access;
    private final Bodies bodies;
    private final OpenResults results;

    QueryRoutes(QueryService queries, Access access, Bodies bodies, OpenResults results) {
        this.queries = queries;
        this.access = access;
        this.bodies = bodies;
        this.results = results;
    }

    void mount(Router router) {
        router.post("/v1/query").handler(access.anyOf(Role.ANALYST)).handler(this::query);
        router.route("/v1/queries")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(access.anyOf(Role.ANALYST))
                .handler(this::list);
        router.delete("/v1/queries/:id").handler(access.anyOf(Role.ANALYST)).handler(this::cancel);
    }

    private void query(RoutingContext context) {
        ResultForm form = ResultForm.negotiate(context.request(), FORMATS);
        bodies.object(context)
                .map(QueryRoutes::request)
                .map(request -> form.format() == ResultFormat.PARQUET ? request.with(QueryOutput.PARQUET) : request)
                .compose(request -> results.within(Access.user(context), () -> run(context, form, request)))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    /** Fails where the query could not be opened and nothing was said about it yet. */
    private Future<Void> run(RoutingContext context, ResultForm form, QueryRequest request) {
        QueryProgress progress = form.format() == ResultFormat.SERVER_SENT_EVENTS
                ? new QueryProgress(context, queries, request.id())
                : null;
        return Departure.watch(context, queries.query(request), () -> Access.asNode(() -> queries.cancel(request.id())))
                .transform(opened -> {
                    if (opened.succeeded()) {
                        return answer(context, form, opened.result(), request.timeout());
                    }
                    return Future.failedFuture(opened.cause());
                })
                .recover(failure -> {
                    if (progress == null) {
                        return Future.failedFuture(failure);
                    }
                    progress.fail(failure);
                    return Future.succeededFuture();
                });
    }

    private Future<Void> answer(RoutingContext context, ResultForm form, QueryResult result, Duration limit) {
        if (!context.response().headWritten()) {
            context.response().putHeader(QUERY_ID, result.queryId());
        }
        return results.answer(context, form, result.schema(), result.columns(), result.batches(), limit);
    }

    private static QueryRequest request(JsonObject json) {
        RequestDocument body = new RequestDocument("POST /v1/query", json);
        List<@Nullable Object> parameters = body.scalars("parameters");
        body.check();
        return new QueryRequest(
                body.text("sql"),
                parameters,
                (int) body.integer("batchRows", QueryService.DEFAULT_BATCH_ROWS),
                Duration.ofMillis(body.integer("timeoutMs", TIMEOUT_MS)),
                json.getLong("maxRows"));
    }

    private void list(RoutingContext context) {
        Parameters.of(context);
        Principal.User user = Access.user(context);
        boolean all = Access.has(context, Role.ADMIN);
        Access.asNode(queries::queries)
                .onSuccess(found -> {
                    JsonArray answer = new JsonArray();
                    found.stream()
                            .filter(query -> all || isOf(user, query))
                            .forEach(query -> answer.add(query.toJson()));
                    Answers.json(context, 200, answer);
                })
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private void cancel(RoutingContext context) {
        Parameters.of(context);
        String id = context.pathParam("id");
        Principal.User user = Access.user(context);
        Future<Void> allowed = Access.has(context, Role.ADMIN)
                ? Future.succeededFuture()
                : Access.asNode(queries::queries).map(found -> {
                    found.stream()
                            .filter(query -> query.id().equals(id) && !isOf(user, query))
                            .findAny()
                            .ifPresent(foreign -> {
                                throw new DataPrismException(
                                        ErrorCode.PERMISSION_DENIED,
                                        "DELETE /v1/queries/" + id + ": the query is another user's.",
                                        "An analyst cancels his own queries; a token with the role admin cancels any.");
                            });
                    return null;
                });
        allowed.compose(v -> Access.asNode(() -> queries.cancel(id)))
                .onSuccess(v -> Answers.nothing(context))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private static boolean isOf(Principal.User user, QueryInfo query) {
        return query.user().equals(user.sub()) || query.user().equals(user.uri());
    }
}

package io.dataprism.engine;

import io.dataprism.bus.Addresses;
import io.dataprism.core.engine.QueryProblems;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.engine.EngineRoute.Way;
import io.dataprism.stream.StreamEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link QueryService} over the bus: to this node's engine or, where it has none, to another's; of what runs, all nodes' is told. */
public final class BusQueryService implements QueryService {

    private static final Logger LOG = LoggerFactory.getLogger(BusQueryService.class);

    /** What an answer may take beyond the query's own time: its way over the bus. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final long WITHDRAW_TIMEOUT_MILLIS = 10_000;

    private final Vertx vertx;
    private final StreamEndpoint streams;
    private final EngineRoute route;
    private final EngineFiles files;
    private final OwnRequests engine;
    private final RecentWays ways = new RecentWays();

    /** For an engine of this node. */
    public BusQueryService(Vertx vertx, StreamEndpoint streams) {
        this(vertx, streams, EngineRoute.here(vertx), EngineFiles.here(vertx));
    }

    /** @param files how files get to another node's engine */
    public BusQueryService(Vertx vertx, StreamEndpoint streams, EngineRoute route, EngineFiles files) {
        this.vertx = vertx;
        this.streams = streams;
        this.route = route;
        this.files = files;
        this.engine = new OwnRequests(vertx, route);
    }

    @Override
    public Future<QueryResult> query(QueryRequest request) {
        return route.reading(way -> switch (way) {
            case Way.Here here -> query(here, request);
            case Way.There there -> new QueryElsewhere(vertx, route, there, other -> query(other, request)).run();
        });
    }

    private Future<QueryResult> query(Way way, QueryRequest request) {
        StreamEndpoint.Inbound inbound = streams.open();
        ways.note(request.id(), way);
        DeliveryOptions options = new DeliveryOptions()
                .setSendTimeout(request.timeout().plus(GRACE).toMillis());
        return route.request(
                        way, Addresses.DATA_QUERY, EngineMessages.ofRequest(request, inbound.descriptor()), options)
                .map(head -> result(head, inbound))
                .onFailure(failure -> inbound.abandon());
    }

    @Override
    public Future<QueryResult> export(Export export) {
        return BatchUpload.receive(
                        vertx,
                        export.folder(),
                        BatchUpload.Purpose.export(export.title()),
                        export.schema(),
                        export.batches(),
                        export.end())
                .compose(file -> export(export, file));
    }

    /** The engine deletes the file; only one that it never heard of is left. */
    private Future<QueryResult> export(Export export, Path file) {
        StreamEndpoint.Inbound inbound = streams.open();
        DeliveryOptions options = new DeliveryOptions()
                .setSendTimeout(export.timeout().plus(GRACE).toMillis());
        return route.once(way -> files.handOver(
                                way, file, options, start -> engine.request(way, Addresses.ENGINE, start))
                        .compose(handed -> engine.request(
                                way, Addresses.ENGINE, EngineMessages.ofExport(export, inbound.descriptor()), handed)))
                .map(head -> result(head, inbound))
                .onComplete(done -> {
                    if (done.failed()) {
                        inbound.abandon();
                    }
                    if (done.failed() || !route.isHere()) {
                        vertx.fileSystem().delete(file.toString());
                    }
                });
    }

    private static QueryResult result(JsonObject head, StreamEndpoint.Inbound inbound) {
        return new QueryResult(
                head.getString("queryId"),
                EngineMessages.toSchema(head),
                EngineMessages.toColumns(head.getJsonArray("columns")),
                inbound.batches());
    }

    @Override
    public Future<List<QueryInfo>> queries() {
        List<Future<List<QueryInfo>>> answers =
                route.all().stream().map(this::queriesOf).toList();
        return Future.join(answers)
                .otherwiseEmpty()
                .compose(all -> answers.stream().allMatch(Future::failed) && !answers.isEmpty()
                        ? Future.failedFuture(answers.getFirst().cause())
                        : Future.succeededFuture(answers.stream()
                                .filter(Future::succeeded)
                                .flatMap(answer -> answer.result().stream())
                                .sorted(Comparator.comparing(QueryInfo::startedAt))
                                .toList()));
    }

    /** A node that cannot be asked has no queries that anybody could see or stop. */
    private Future<List<QueryInfo>> queriesOf(Way way) {
        return engine.request(way, Addresses.ENGINE, new JsonObject().put("op", "queries"))
                .map(body -> body.getJsonArray("queries").stream()
                        .map(JsonObject.class::cast)
                        .map(EngineMessages::toQueryInfo)
                        .toList())
                .onFailure(failure -> LOG.debug("The queries of {} could not be listed", way, failure));
    }

    @Override
    public Future<QueryInfo> query(String queryId) {
        return whereItIs(queryId, way -> engine.request(way, Addresses.ENGINE, op("query", queryId)))
                .map(EngineMessages::toQueryInfo);
    }

    @Override
    public Future<Void> cancel(String queryId) {
        return whereItIs(queryId, way -> engine.request(way, Addresses.ENGINE, op("cancel", queryId)))
                .mapEmpty();
    }

    @Override
    public Future<Void> withdraw(String queryId) {
        Way way = ways.of(queryId);
        Way known = way == null ? new Way.Here() : way;
        return route.request(
                        known,
                        Addresses.DATA_QUERY,
                        op("withdraw", queryId),
                        new DeliveryOptions().setSendTimeout(WITHDRAW_TIMEOUT_MILLIS))
                .mapEmpty();
    }

    private static JsonObject op(String op, String queryId) {
        return new JsonObject().put("op", op).put("id", queryId);
    }

    /** Asks the node that it was sent to; of one that came from elsewhere, this node and then all others. */
    private Future<JsonObject> whereItIs(String queryId, Function<Way, Future<JsonObject>> ask) {
        Way known = ways.of(queryId);
        if (known != null) {
            return ask.apply(known);
        }
        List<Way> all = new ArrayList<>(route.all());
        if (!route.isHere()) {
            return anyOf(queryId, all, ask);
        }
        return ask.apply(all.removeFirst())
                .recover(failure -> isNotFound(failure) ? anyOf(queryId, all, ask) : Future.failedFuture(failure));
    }

    private static Future<JsonObject> anyOf(String queryId, List<Way> ways, Function<Way, Future<JsonObject>> ask) {
        List<Future<JsonObject>> answers = ways.stream().map(ask).toList();
        return Future.join(answers)
                .otherwiseEmpty()
                .compose(all -> answers.stream()
                        .filter(Future::succeeded)
                        .findFirst()
                        .or(() -> answers.stream()
                                .filter(answer -> !isNotFound(answer.cause()) && !EngineRoute.isLoss(answer.cause()))
                                .findFirst())
                        .orElseGet(() -> Future.failedFuture(QueryProblems.notFound(queryId))));
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof DataPrismException known && known.code() == ErrorCode.QUERY_NOT_FOUND;
    }
}

package io.dataprism.engine;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.Replies;
import io.dataprism.stream.StreamEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@link QueryService} over the bus. */
public final class BusQueryService implements QueryService {

    /** What an answer may take beyond the query's own time: its way over the bus. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final long WITHDRAW_TIMEOUT_MILLIS = 10_000;

    private final Vertx vertx;
    private final StreamEndpoint streams;
    private final OwnRequests engine;

    public BusQueryService(Vertx vertx, StreamEndpoint streams) {
        this.vertx = vertx;
        this.streams = streams;
        this.engine = new OwnRequests(vertx);
    }

    @Override
    public Future<QueryResult> query(QueryRequest request) {
        StreamEndpoint.Inbound inbound = streams.open();
        DeliveryOptions options = new DeliveryOptions()
                .setSendTimeout(request.timeout().plus(GRACE).toMillis());
        return vertx.eventBus()
                .<JsonObject>request(
                        Addresses.DATA_QUERY, EngineMessages.ofRequest(request, inbound.descriptor()), options)
                .map(Message::body)
                .map(head -> result(head, inbound))
                .recover(failure -> {
                    inbound.abandon();
                    return Replies.recover(failure);
                });
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
                .addHeader(EngineMessages.FILE_HEADER, file.toString())
                .setSendTimeout(export.timeout().plus(GRACE).toMillis());
        return engine.request(Addresses.ENGINE, EngineMessages.ofExport(export, inbound.descriptor()), options)
                .map(head -> result(head, inbound))
                .onFailure(failure -> {
                    inbound.abandon();
                    vertx.fileSystem().delete(file.toString());
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
        return engine.request(Addresses.ENGINE, new JsonObject().put("op", "queries"))
                .map(body -> body.getJsonArray("queries").stream()
                        .map(JsonObject.class::cast)
                        .map(EngineMessages::toQueryInfo)
                        .toList());
    }

    @Override
    public Future<QueryInfo> query(String queryId) {
        return engine.request(
                        Addresses.ENGINE, new JsonObject().put("op", "query").put("id", queryId))
                .map(EngineMessages::toQueryInfo);
    }

    @Override
    public Future<Void> cancel(String queryId) {
        return engine.request(
                        Addresses.ENGINE, new JsonObject().put("op", "cancel").put("id", queryId))
                .mapEmpty();
    }

    @Override
    public Future<Void> withdraw(String queryId) {
        return vertx.eventBus()
                .<JsonObject>request(
                        Addresses.DATA_QUERY,
                        new JsonObject().put("op", "withdraw").put("id", queryId),
                        new DeliveryOptions().setSendTimeout(WITHDRAW_TIMEOUT_MILLIS))
                .recover(Replies::recover)
                .mapEmpty();
    }
}

package io.dataprism.host;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.Replies;
import io.dataprism.engine.QueryService;
import io.dataprism.plugin.Batch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;

/** Queries that cross the guarded bus, and batches that a test makes. */
final class MemoryQueries implements QueryService {

    private final Vertx vertx;
    volatile Supplier<Flux<Batch>> batches = Flux::empty;

    MemoryQueries(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Future<QueryResult> query(QueryRequest request) {
        return vertx.eventBus()
                .<JsonObject>request(Addresses.DATA_QUERY, new JsonObject().put("sql", request.sql()))
                .<QueryResult>map(reply -> new QueryResult("q", new Schema(List.of()), List.of(), batches.get()))
                .recover(Replies::recover);
    }

    @Override
    public Future<List<QueryInfo>> queries() {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Void> withdraw(String queryId) {
        return cancel(queryId);
    }

    @Override
    public Future<Void> cancel(String queryId) {
        return Future.succeededFuture();
    }
}

package io.dataprism.engine;

import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.engine.EngineRoute.Way;
import io.dataprism.engine.QueryService.QueryResult;
import io.dataprism.plugin.Batch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.Schema;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A query that another node's engine runs. Where that node is lost, its reader hears so at once, and not when the stream's lease ends; and
 * where no batch has come by then, the query is run once more, elsewhere. Signals come on the context that asked.
 */
final class QueryElsewhere {

    private final EngineRoute route;
    private final Way.There way;
    private final Function<Way, Future<QueryResult>> query;
    private final ContextInternal context;
    private final AtomicBoolean delivered = new AtomicBoolean();

    /** @param query sends it, for the current context */
    QueryElsewhere(Vertx vertx, EngineRoute route, Way.There way, Function<Way, Future<QueryResult>> query) {
        this.route = route;
        this.way = way;
        this.query = query;
        this.context = (ContextInternal) vertx.getOrCreateContext();
    }

    Future<QueryResult> run() {
        return query.apply(way)
                .map(first -> new QueryResult(
                        first.queryId(),
                        first.schema(),
                        first.columns(),
                        watched(way, first.batches())
                                .doOnNext(batch -> delivered.set(true))
                                .onErrorResume(failure -> again(first.schema(), failure))));
    }

    /** The loss ends the batches, then is told: {@code takeUntilOther} lets go of what it watches where the other ends, not where it fails. */
    private Flux<Batch> watched(Way.There of, Flux<Batch> batches) {
        AtomicBoolean lost = new AtomicBoolean();
        Mono<Void> loss = Mono.create(sink -> {
            Departures.Watch watch = route.watch(
                    of,
                    () -> context.runOnContext(go -> {
                        lost.set(true);
                        sink.success();
                    }));
            sink.onDispose(watch::close);
        });
        return batches.takeUntilOther(loss)
                .concatWith(Mono.defer(() ->
                        lost.get() ? Mono.error(BusNodeCalls.gone(of.node().id())) : Mono.empty()));
    }

    private Flux<Batch> again(Schema schema, Throwable failure) {
        Way other = EngineRoute.isLoss(failure) && !delivered.get() ? route.next(way) : null;
        if (other == null) {
            return Flux.error(failure);
        }
        Mono<QueryResult> second = Mono.create(
                sink -> context.runOnContext(go -> query.apply(other).onComplete(sink::success, sink::error)));
        return second.flatMapMany(result -> {
            if (!result.schema().equals(schema)) {
                QueryBatches.discard(result.batches());
                return Flux.error(changed());
            }
            return other instanceof Way.There there ? watched(there, result.batches()) : result.batches();
        });
    }

    private static DataPrismException changed() {
        return new DataPrismException(
                ErrorCode.NODE_LOST,
                "The node that ran the query is lost, and the tables have other columns since.",
                "Run the query again.");
    }
}

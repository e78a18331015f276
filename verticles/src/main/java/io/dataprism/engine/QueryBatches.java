package io.dataprism.engine;

import io.dataprism.engine.QueryService.QueryResult;
import io.dataprism.plugin.Batch;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A query as the batches of its answer: subscribing opens it, demand becomes credit, cancelling stops it, also while it has not
 * answered yet.
 */
public final class QueryBatches {

    private static final Logger LOG = LoggerFactory.getLogger(QueryBatches.class);

    private enum State {
        OPENING,
        OPENED,
        CANCELLED
    }

    private QueryBatches() {}

    /**
     * The batches; nothing is prefetched.
     *
     * @param opening sends the query; subscribed to once for each subscriber
     * @param withdraw stops the query that {@code opening} has sent and that has not answered
     */
    public static Flux<Batch> of(Mono<QueryResult> opening, Supplier<Future<Void>> withdraw) {
        return Flux.defer(() -> {
            AtomicReference<State> state = new AtomicReference<>(State.OPENING);
            return opening.doOnNext(result -> {
                        if (!state.compareAndSet(State.OPENING, State.OPENED)) {
                            discard(result.batches());
                        }
                    })
                    .doOnCancel(() -> {
                        if (state.compareAndSet(State.OPENING, State.CANCELLED)) {
                            withdraw.get()
                                    .onFailure(failure -> LOG.debug("There was nothing left to withdraw", failure));
                        }
                    })
                    .flatMapMany(QueryResult::batches);
        });
    }

    /** Frees batches that nobody will subscribe to. */
    public static void discard(Flux<Batch> batches) {
        batches.subscribe(Batch::close, ignored -> {}, () -> {}, subscription -> subscription.cancel());
    }
}

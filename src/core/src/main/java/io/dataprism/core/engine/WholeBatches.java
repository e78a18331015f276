package io.dataprism.core.engine;

import io.dataprism.plugin.Batch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/** Batches that are all at hand, for one subscriber: what is not taken is freed. */
final class WholeBatches {

    private final Deque<Batch> left;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    WholeBatches(List<Batch> batches) {
        this.left = new ArrayDeque<>(batches);
    }

    Flux<Batch> flux() {
        return Flux.defer(() -> subscribed.compareAndSet(false, true)
                ? Flux.generate(() -> left, WholeBatches::next, batches -> batches.forEach(Batch::close))
                : Flux.error(new IllegalStateException("The batches have their one subscriber already.")));
    }

    private static Deque<Batch> next(Deque<Batch> batches, SynchronousSink<Batch> sink) {
        Batch next = batches.poll();
        if (next == null) {
            sink.complete();
        } else {
            sink.next(next);
        }
        return batches;
    }
}

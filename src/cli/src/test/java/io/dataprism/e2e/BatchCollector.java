package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.client.Batch;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** A reader of batches that asks for nothing by itself. */
final class BatchCollector extends BaseSubscriber<Batch> {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final BlockingQueue<Batch> batches = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        // the test asks
    }

    @Override
    protected void hookOnNext(Batch batch) {
        batches.add(batch);
    }

    @Override
    protected void hookOnComplete() {
        end.complete(null);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    int waiting() {
        return batches.size();
    }

    /** Asks for one and answers it; the test closes it. */
    Batch one() throws InterruptedException {
        request(1);
        Batch batch = batches.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(batch).as("a batch within %s", LIMIT).isNotNull();
        return batch;
    }

    boolean hasEnded() {
        return end.isDone();
    }

    /** How it ended. */
    CompletableFuture<Void> end() {
        return end.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
}

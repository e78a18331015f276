package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.plugin.Batch;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Asks for what it is told to, keeps nothing, and remembers how it ended. */
public final class BatchReader extends BaseSubscriber<Batch> {

    public final AtomicLong batches = new AtomicLong();
    public final AtomicLong rows = new AtomicLong();
    public final AtomicLong largestRows = new AtomicLong();
    public final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final long first;

    private BatchReader(long first) {
        this.first = first;
    }

    /** @param first batches that it asks for at once */
    public static BatchReader of(OpenedQuery query, long first) {
        BatchReader reader = new BatchReader(first);
        query.batches().subscribe(reader);
        return reader;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        if (first > 0) {
            request(first);
        }
    }

    @Override
    protected void hookOnNext(Batch batch) {
        try (batch) {
            rows.addAndGet(batch.rowCount());
            largestRows.accumulateAndGet(batch.rowCount(), Math::max);
            batches.incrementAndGet();
        }
    }

    @Override
    protected void hookOnComplete() {
        over.countDown();
    }

    @Override
    protected void hookOnError(Throwable throwable) {
        failure.set(throwable);
        over.countDown();
    }

    public void awaitOver() throws InterruptedException {
        assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
    }
}

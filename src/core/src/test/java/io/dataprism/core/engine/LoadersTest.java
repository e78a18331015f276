package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadersTest {

    private final AtomicLong now = new AtomicLong();
    private final Loaders loaders = new Loaders(now::get);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch inside = new CountDownLatch(Loaders.THREADS);
    private final AtomicInteger carriedOut = new AtomicInteger();

    @AfterEach
    void close() {
        gate.countDown();
        loaders.close();
    }

    private int work() {
        return carriedOut.incrementAndGet();
    }

    private List<CompletableFuture<Integer>> keepEveryThreadBusy() throws InterruptedException {
        List<CompletableFuture<Integer>> running = new ArrayList<>();
        for (int i = 0; i < Loaders.THREADS; i++) {
            running.add(loaders.run(() -> {
                inside.countDown();
                awaitGate();
                return work();
            }));
        }
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        return running;
    }

    private void awaitGate() {
        try {
            assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatHasWaitedTooLongIsRefusedAndNotCarriedOut() throws Exception {
        List<CompletableFuture<Integer>> running = keepEveryThreadBusy();
        CompletableFuture<Integer> late = loaders.run(this::work);
        now.addAndGet(Loaders.WAIT_LIMIT.toNanos());
        CompletableFuture<Integer> inTime = loaders.run(this::work);
        now.addAndGet(1);
        gate.countDown();

        assertRefused(late, ErrorCode.OVERLOADED);
        assertThat(inTime.get(10, TimeUnit.SECONDS)).isPositive();
        for (CompletableFuture<Integer> begun : running) {
            assertThat(begun.get(10, TimeUnit.SECONDS)).isPositive();
        }
        assertThat(carriedOut).hasValue(Loaders.THREADS + 1);
    }

    @Test
    void moreThanMayWaitAreRefusedAtOnce() throws Exception {
        keepEveryThreadBusy();
        assertThat(loaders.busy()).isEqualTo(Loaders.THREADS);
        for (int i = 0; i < Loaders.QUEUED; i++) {
            assertThat(loaders.run(this::work)).isNotDone();
        }

        assertRefused(loaders.run(this::work), ErrorCode.OVERLOADED);
    }

    @Test
    void closedOnesRefuseEverything() {
        loaders.close();

        assertRefused(loaders.run(this::work), ErrorCode.DRAINING);
    }

    private static void assertRefused(CompletableFuture<Integer> change, ErrorCode code) {
        assertThatThrownBy(() -> change.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(DataPrismException.class)
                .satisfies(failure -> assertThat(((DataPrismException) failure.getCause()).code())
                        .isEqualTo(code));
    }
}

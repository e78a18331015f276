package io.dataprism.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

class OutletTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<Integer> discarded = new CopyOnWriteArrayList<>();
    private final AtomicInteger cancels = new AtomicInteger();
    private final Reader reader = new Reader();

    @Test
    void nothingIsDeliveredThatWasNotAskedForAndNoMoreWaitsThanMay() {
        Outlet<Integer> outlet = outlet(3, Runnable::run);
        assertThat(IntStream.range(0, 4).mapToObj(outlet::offer)).containsExactly(true, true, true, false);
        assertThat(reader.seen).isEmpty();
        reader.request(2);
        assertThat(reader.seen).containsExactly(0, 1);
        assertThat(outlet.waiting()).isEqualTo(1);
        assertThat(outlet.offer(4)).isTrue();
        reader.request(5);
        assertThat(reader.seen).containsExactly(0, 1, 2, 4);
    }

    @Test
    void anEndComesBehindWhatWaits() {
        Outlet<Integer> outlet = outlet(3, Runnable::run);
        outlet.offer(1);
        outlet.end(ConnectionException.lost("gone", null));
        assertThat(reader.failures).isEmpty();
        reader.request(1);
        assertThat(reader.seen).containsExactly(1);
        assertThat(reader.failures).hasSize(1);
    }

    @Test
    void anEndNeedsNoDemand() {
        outlet(3, Runnable::run).end(null);
        assertThat(reader.completed).isTrue();
    }

    @Test
    void whatNobodyWillGetIsDiscardedOnce() {
        Outlet<Integer> outlet = outlet(3, Runnable::run);
        outlet.offer(1);
        outlet.offer(2);
        reader.cancel();
        reader.cancel();
        outlet.offer(3);
        assertThat(discarded).containsExactly(1, 2, 3);
        assertThat(cancels).hasValue(1);
        assertThat(reader.seen).isEmpty();
    }

    @Test
    void aReaderThatThrowsIsEndedByIt() {
        Outlet<Integer> outlet = outlet(3, Runnable::run);
        reader.throwsAt = 1;
        reader.request(5);
        outlet.offer(1);
        outlet.offer(2);
        assertThat(reader.failures).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(discarded).containsExactly(2);
    }

    @Test
    void aReaderThatBlocksHoldsUpNobodyAndMissesNothing() {
        Outlet<Integer> outlet = outlet(8, Thread::startVirtualThread);
        reader.turns = new Semaphore(0);
        reader.request(Long.MAX_VALUE);
        List<Integer> offered = new ArrayList<>();
        for (int next = 0; outlet.offer(next); next++) {
            offered.add(next);
        }
        assertThat(offered).hasSizeBetween(8, 9);
        reader.turns.release(100);
        await().atMost(LIMIT).until(() -> reader.seen.size() == offered.size());
        assertThat(reader.seen).isEqualTo(offered);
    }

    private Outlet<Integer> outlet(int limit, Executor threads) {
        Outlet.Source source = new Outlet.Source() {
            @Override
            public void wanted() {
                // the test offers by itself
            }

            @Override
            public void cancelled() {
                cancels.incrementAndGet();
            }
        };
        Outlet<Integer> outlet = new Outlet<>(reader, limit, threads, source, discarded::add);
        reader.onSubscribe(outlet);
        return outlet;
    }

    private static final class Reader extends BaseSubscriber<Integer> {
        private final List<Integer> seen = new CopyOnWriteArrayList<>();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private Semaphore turns = new Semaphore(Integer.MAX_VALUE);
        private int throwsAt = -1;
        private boolean completed;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // asks when the test does
        }

        @Override
        protected void hookOnNext(Integer value) {
            turns.acquireUninterruptibly();
            if (value == throwsAt) {
                throw new IllegalStateException("no");
            }
            seen.add(value);
        }

        @Override
        protected void hookOnComplete() {
            completed = true;
        }

        @Override
        protected void hookOnError(Throwable failure) {
            failures.add(failure);
        }
    }
}

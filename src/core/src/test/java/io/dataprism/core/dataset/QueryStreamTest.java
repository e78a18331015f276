package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QueryEnd;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

class QueryStreamTest {

    private static final String LONG = "SELECT * FROM range(100000000)";

    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Asks for what it is told to, keeps nothing, and remembers how it ended. */
    private static final class Reader extends BaseSubscriber<Batch> {
        final AtomicLong batches = new AtomicLong();
        final AtomicLong rows = new AtomicLong();
        final AtomicLong bytes = new AtomicLong();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final CountDownLatch over = new CountDownLatch(1);
        final long first;

        Reader(long first) {
            this.first = first;
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
                bytes.addAndGet(batch.sizeBytes());
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

        void awaitOver() throws InterruptedException {
            assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static Reader read(OpenedQuery query, long first) {
        Reader reader = new Reader(first);
        query.batches().subscribe(reader);
        return reader;
    }

    @Test
    void aFunctionThatCannotBeInterruptedDoesNotKeepTheCallerBeyondTheDeadline() {
        long began = System.nanoTime();
        QuerySpec endless = fixture.spec(
                "SELECT levenshtein(repeat('a', 20000), repeat('b', 20000 + range::INTEGER)) FROM range(2)");

        assertThat(fixture.failure(EngineFixture.cut(endless, 1024, Duration.ofMillis(300), null))
                        .code())
                .isEqualTo(ErrorCode.QUERY_TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
        Awaitility.await()
                .atMost(EngineFixture.TIMEOUT)
                .until(() -> fixture.engine.queries().isEmpty());
    }

    @Test
    @Tag("longer")
    void functionsThatCannotBeInterruptedHoldUpNoOtherCancel() {
        List<QuerySpec> stuck = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            stuck.add(fixture.spec(
                    "SELECT levenshtein(repeat('a', 40000), repeat('b', 40000 + range::INTEGER)) FROM range(1)"));
            fixture.engine.query(stuck.getLast(), end -> {});
        }
        OpenedQuery parked = fixture.open(fixture.spec(LONG));
        Awaitility.await().until(() -> fixture.engine.counters().busyWorkers() == stuck.size());
        stuck.forEach(spec -> fixture.engine.cancel(spec.id()));

        EngineFixture.await(fixture.engine.cancel(parked.id()));

        assertThat(fixture.engine.queries()).hasSize(stuck.size());
        Awaitility.await()
                .atMost(EngineFixture.TIMEOUT)
                .until(() -> fixture.engine.queries().isEmpty());
    }

    @Test
    void aParkedStreamHoldsNoThreadAndLittleMemoryAndACancelFreesItAtOnce() {
        OpenedQuery query = fixture.open(fixture.spec(LONG));
        Reader reader = read(query, 4);
        Awaitility.await().until(() -> reader.bytes.get() >= 1_000_000);

        Awaitility.await().until(() -> fixture.engine.counters().busyWorkers() == 0);
        assertThat(fixture.engine.allocator().getAllocatedMemory()).isLessThan(16 << 20);
        assertThat(fixture.engine.queries()).singleElement().satisfies(status -> {
            assertThat(status.running()).isTrue();
            assertThat(status.rows()).isEqualTo(4 * 32_768);
            assertThat(status.user()).isEqualTo("/users/tester");
        });

        reader.cancel();
        fixture.awaitNothingHeld(Duration.ofSeconds(1));
        assertThat(fixture.ends).singleElement().extracting(QueryEnd::state).isEqualTo(QueryEnd.State.CANCELLED);
    }

    @Test
    void whoSubscribesAfterTheEndHearsOfIt() throws Exception {
        QuerySpec spec = fixture.spec(LONG);
        OpenedQuery query = fixture.open(spec);
        fixture.engine.cancel(spec.id()).get(10, TimeUnit.SECONDS);

        Reader reader = read(query, 1);
        reader.awaitOver();
        assertThat(reader.failure.get())
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_NOT_FOUND));
        fixture.awaitNothingHeld(Duration.ofSeconds(1));
    }

    @Test
    void aStreamGoesOnWhereItWasParkedAndLosesNothing() throws Exception {
        Reader reader = read(fixture.open(fixture.spec("SELECT * FROM range(1000000)")), 0);
        long expected = (1_000_000 + 32_767) / 32_768;
        for (long batch = 1; batch <= expected; batch++) {
            long count = batch;
            reader.request(1);
            Awaitility.await().until(() -> reader.batches.get() == count);
        }
        reader.request(1);
        reader.awaitOver();

        assertThat(reader.failure.get()).isNull();
        assertThat(reader.rows.get()).isEqualTo(1_000_000);
        assertThat(fixture.ends).singleElement().satisfies(end -> {
            assertThat(end.state()).isEqualTo(QueryEnd.State.COMPLETED);
            assertThat(end.rows()).isEqualTo(1_000_000);
        });
    }

    @Test
    void eightStreamsAtATimeEachGetEveryRow() throws Exception {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            readers.add(read(
                    fixture.open(fixture.spec("SELECT range, range * 2, 'text ' || range FROM range(500000)")),
                    Long.MAX_VALUE));
        }
        for (Reader reader : readers) {
            reader.awaitOver();
            assertThat(reader.failure.get()).isNull();
            assertThat(reader.rows.get()).isEqualTo(500_000);
        }
    }

    @Test
    void cancellingAtAnyMomentLeavesNothing() throws Exception {
        cancelAtAnyMoment(40, Duration.ofMillis(30));
    }

    /** Where the connection is closed under a result that is being opened, the engine ends this very process. */
    @Test
    void cancellingWhileAResultIsOpenedEndsTheQueryAlone() throws Exception {
        cancelAtAnyMoment(1_500, Duration.ofNanos(2_500_000));
    }

    private void cancelAtAnyMoment(int queries, Duration latest) throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < queries; i++) {
            QuerySpec spec = fixture.spec("SELECT md5(range::VARCHAR), range FROM range(50000000)");
            var opening = fixture.engine.query(spec, fixture.ends::add);
            long nanos = random.nextLong(latest.toNanos());
            AtomicReference<Reader> reader = new AtomicReference<>();
            opening.thenAccept(query -> reader.set(read(query, 1 + random.nextInt(100))));
            new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
            fixture.engine.cancel(spec.id()).get(5, TimeUnit.SECONDS);
        }
        fixture.awaitNothingHeld(Duration.ofSeconds(2));
        assertThat(fixture.ends).hasSize(queries).allMatch(end -> end.state() == QueryEnd.State.CANCELLED);
    }

    @Test
    void aCancelInsideALongComputationTakesEffectAtOnce() throws Exception {
        QuerySpec spec = fixture.spec("SELECT sum(a.range * b.range) FROM range(1000000) a, range(100000) b");
        var opening = fixture.engine.query(spec, fixture.ends::add);
        Awaitility.await().until(() -> fixture.engine.counters().busyWorkers() == 1);

        long start = System.nanoTime();
        fixture.engine.cancel(spec.id()).get(5, TimeUnit.SECONDS);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(opening).isCompletedExceptionally();
        assertThatThrownBy(() -> EngineFixture.await(fixture.engine.cancel(spec.id())))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_NOT_FOUND));
    }

    @Test
    void theDeadlineEndsAQueryThatComputesAndOneThatIsParked() throws Exception {
        QuerySpec computing = EngineFixture.cut(
                fixture.spec("SELECT sum(a.range * b.range) FROM range(1000000) a, range(100000) b"),
                100,
                Duration.ofMillis(200),
                null);
        assertThat(fixture.failure(computing).code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);

        Reader parked = read(fixture.open(EngineFixture.cut(fixture.spec(LONG), 100, Duration.ofMillis(500), null)), 1);
        parked.awaitOver();
        assertThat(parked.failure.get())
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
    }

    @Test
    void aFailureInMidStreamIsToldAfterTheRowsBeforeIt() throws Exception {
        Reader reader = read(
                fixture.open(fixture.spec(
                        "SELECT CASE WHEN range = 2000000 THEN error('half way') ELSE range END FROM range(5000000)")),
                Long.MAX_VALUE);
        reader.awaitOver();

        assertThat(reader.rows.get()).isPositive().isLessThan(5_000_000);
        assertThat(reader.failure.get()).isInstanceOfSatisfying(DataPrismException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.QUERY_INVALID);
            // the second is what the engine leaves of an error that one of its threads found while another was heard
            // first
            assertThat(e.detail()).containsAnyOf("half way", "stopped its threads");
        });
        assertThat(fixture.ends).singleElement().extracting(QueryEnd::state).isEqualTo(QueryEnd.State.FAILED);
    }

    @Test
    void moreThanTheLimitOfOpenQueriesIsOverloaded() {
        ConcurrentLinkedQueue<Reader> readers = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < EngineFixture.OPEN_QUERIES; i++) {
            readers.add(read(fixture.open(fixture.spec(LONG)), 1));
        }

        DataPrismException failure = fixture.failure(fixture.spec("SELECT 1"));
        assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(failure.members()).containsKey("retryAfterSeconds");

        readers.forEach(Reader::cancel);
        fixture.awaitNothingHeld(Duration.ofSeconds(2));
        assertThat(fixture.rows("SELECT 1")).containsExactly(List.of(1));
    }

    @Test
    void aBatchOutlivesItsQueryAndTheEngine() {
        OpenedQuery query = fixture.open(fixture.spec("SELECT 42 AS n"));
        List<Batch> batches = query.batches().collectList().block(EngineFixture.TIMEOUT);
        assertThat(fixture.engine.queries()).isEmpty();
        assertThat(batches).singleElement().satisfies(batch -> {
            assertThat(batch.column("n").getObject(0)).isEqualTo(42);
            batch.close();
        });
    }
}

package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.engine.BatchCutter;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QueryEnd;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.math.BigDecimal;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

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
    void aNumberThatIsTooLargeIsTheCallersMistake() {
        QuerySpec plain = fixture.spec("SELECT ?");
        QuerySpec huge = new QuerySpec(
                plain.id(),
                plain.sql(),
                java.util.List.of(java.math.BigInteger.TEN.pow(400)),
                plain.batchRows(),
                plain.timeout(),
                plain.maxRows(),
                plain.scope(),
                plain.user());

        assertThat(fixture.failure(huge).code()).isEqualTo(ErrorCode.QUERY_INVALID);
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
        Random random = new Random(7);
        for (int i = 0; i < 40; i++) {
            QuerySpec spec = fixture.spec("SELECT md5(range::VARCHAR), range FROM range(50000000)");
            var opening = fixture.engine.query(spec, fixture.ends::add);
            long nanos = random.nextInt(30_000_000);
            AtomicReference<Reader> reader = new AtomicReference<>();
            opening.thenAccept(query -> reader.set(read(query, 1 + random.nextInt(100))));
            new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
            fixture.engine.cancel(spec.id()).get(1, TimeUnit.SECONDS);
        }
        fixture.awaitNothingHeld(Duration.ofSeconds(2));
        assertThat(fixture.ends).hasSize(40).allMatch(end -> end.state() == QueryEnd.State.CANCELLED);
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
    void maxRowsCutsLikeLimit() {
        for (long limit : new long[] {0, 1, 100, 32_768, 40_000}) {
            var query = fixture.open(EngineFixture.cut(fixture.spec(LONG), 32_768, EngineFixture.TIMEOUT, limit));
            long rows = query.batches()
                    .map(batch -> {
                        try (batch) {
                            return (long) batch.rowCount();
                        }
                    })
                    .reduce(0L, Long::sum)
                    .block(EngineFixture.TIMEOUT);
            assertThat(rows).isEqualTo(limit);
        }
    }

    @Test
    void batchesAreCutByRowsAndByBytes() {
        var narrow = fixture.open(
                EngineFixture.cut(fixture.spec("SELECT * FROM range(10000)"), 1_000, EngineFixture.TIMEOUT, null));
        assertThat(sizes(narrow)).hasSize(10).allMatch(size -> size[0] == 1_000);

        var wide = fixture.open(fixture.spec("SELECT repeat('x', 1000) AS x, range AS n FROM range(40000)"));
        List<long[]> sizes = sizes(wide);
        assertThat(sizes).allMatch(size -> size[1] <= 2 * BatchCutter.BYTES_LIMIT);
        assertThat(sizes.stream().mapToLong(size -> size[0]).sum()).isEqualTo(40_000);
        assertThat(sizes).hasSizeGreaterThan(15);
    }

    private static List<long[]> sizes(OpenedQuery query) {
        return query.batches()
                .map(batch -> {
                    try (batch) {
                        return new long[] {batch.rowCount(), batch.sizeBytes()};
                    }
                })
                .collectList()
                .block(EngineFixture.TIMEOUT);
    }

    @Test
    void valuesAreWhatTheyWereWhateverTheirType() {
        assertThat(fixture.rows("SELECT sum(x) FROM (SELECT 9223372036854775807 AS x FROM range(1000))"))
                .containsExactly(List.of(new BigDecimal("9223372036854775807000")));
        assertThat(
                        fixture.rows(
                                "SELECT 99999999999999999999999999999999999999::HUGEINT, -99999999999999999999999999999999999999::HUGEINT"))
                .containsExactly(List.of(
                        new BigDecimal("99999999999999999999999999999999999999"),
                        new BigDecimal("-99999999999999999999999999999999999999")));
        assertThat(fixture.rows("SELECT 170141183460469231731687303715884105727::HUGEINT"))
                .containsExactly(List.of(new BigDecimal("170141183460469231731687303715884105727")));
        assertThat(fixture.rows("SELECT ?, ?, ?, ?, ?", 1, 2.5, "x", true, null))
                .containsExactly(java.util.Arrays.asList(1, 2.5, "x", "true", null));
    }

    @Test
    void enumsBecomeTheirValuesAtAnyDepthAndKeepTheirTypeName() {
        String sql = "SELECT e, [e] AS l, {'x': e} AS s, map {e: 1} AS m"
                + " FROM (SELECT (CASE WHEN range % 2 = 0 THEN 'a' ELSE 'b' END)::ENUM('a', 'b') AS e FROM range(3))";
        OpenedQuery query = fixture.open(fixture.spec(sql));

        assertThat(query.schema().getFields()).allMatch(field -> field.getDictionary() == null);
        assertThat(query.columns().getFirst().type()).isEqualTo("ENUM('a', 'b')");
        query.batches().toStream().forEach(Batch::close);
        assertThat(fixture.rows(sql))
                .containsExactly(
                        List.of("a", "[\"a\"]", "{\"x\":\"a\"}", "[{\"key\":\"a\",\"value\":1}]"),
                        List.of("b", "[\"b\"]", "{\"x\":\"b\"}", "[{\"key\":\"b\",\"value\":1}]"),
                        List.of("a", "[\"a\"]", "{\"x\":\"a\"}", "[{\"key\":\"a\",\"value\":1}]"));
    }

    @Test
    void anEnumBesideParametersAndColumnsOfTheSameNameKeepsItsTypeNameToo() {
        OpenedQuery query =
                fixture.open(fixture.spec("SELECT '' || ? AS t, 1 AS e, 'it''s'::ENUM('it''s') AS e; -- x", 1));

        assertThat(query.columns())
                .containsExactly(
                        new TableInfo.Column("t", "VARCHAR"),
                        new TableInfo.Column("e", "INTEGER"),
                        new TableInfo.Column("e", "ENUM('it''s')"));
        query.batches().toStream().forEach(Batch::close);
    }

    @Test
    void wrongNumbersOfParametersAreRefused() {
        assertThat(fixture.failure(fixture.spec("SELECT ?")).code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(fixture.failure(fixture.spec("SELECT 1", 5)).code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(fixture.failure(fixture.spec("SELECT ?::INTEGER", "x")).code())
                .isEqualTo(ErrorCode.QUERY_INVALID);
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

    @Test
    void aSecondSubscriberIsRefused() {
        OpenedQuery query = fixture.open(fixture.spec("SELECT 1"));
        query.batches().toStream().forEach(Batch::close);

        assertThatThrownBy(() -> Flux.from(query.batches()).blockLast(EngineFixture.TIMEOUT))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSmallResultIsWholeWhenItsQueryOpensAndHoldsNoPlace() {
        List<OpenedQuery> opened = new ArrayList<>();
        for (QuerySpec spec : List.of(
                fixture.spec("SELECT 42 AS n"),
                fixture.spec("SELECT 1 AS n WHERE false"),
                fixture.spec("SELECT range AS n FROM range(2047)"),
                EngineFixture.cut(
                        fixture.spec("SELECT range AS n FROM range(1000000)"), 32_768, EngineFixture.TIMEOUT, 7L))) {
            opened.add(fixture.open(spec));
            Awaitility.await() // the answer comes before the report, and the next report can overtake it
                    .untilAsserted(() -> assertThat(fixture.ends).hasSameSizeAs(opened));
        }
        assertThat(fixture.engine.queries()).isEmpty();
        assertThat(fixture.ends).extracting(QueryEnd::rows).containsExactly(1L, 0L, 2_047L, 7L);
        for (OpenedQuery query : opened) {
            List<Batch> whole = query.whole();
            assertThat(whole).isNotNull();
            assertThat(query.batches().collectList().block(EngineFixture.TIMEOUT))
                    .isEqualTo(whole);
            whole.forEach(Batch::close);
        }
    }

    @Test
    void aResultThatIsNotSmallGoesOnAsAStream() {
        for (QuerySpec spec : List.of(
                fixture.spec("SELECT range FROM range(2049)"),
                fixture.spec("SELECT repeat('x', 1000000) FROM range(3)"),
                EngineFixture.cut(fixture.spec("FROM range(20)"), 10, EngineFixture.TIMEOUT, null))) {
            OpenedQuery query = fixture.open(spec);
            assertThat(query.whole()).as(spec.sql()).isNull();
            EngineFixture.await(fixture.engine.cancel(query.id()));
        }
    }

    @Test
    void whoTakesNothingOfAWholeResultFreesIt() {
        OpenedQuery query = fixture.open(fixture.spec("SELECT 42"));
        query.batches().subscribe(Batch::close, failure -> {}, () -> {}, Subscription::cancel);
    }
}

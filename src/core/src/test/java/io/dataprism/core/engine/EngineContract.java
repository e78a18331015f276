package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers may rely on, whatever the engine is. Each engine has a subclass that opens it. */
public abstract class EngineContract {

    protected static final int OPEN_QUERIES = 24;

    private static final String LONG = "SELECT * FROM range(100000000)";
    private static final String ENDLESS = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(100000) b";

    @TempDir
    Path folder;

    protected EngineUser user;

    /**
     * Opens the engine with the tables {@code numbers (n BIGINT, name VARCHAR)} of the rows (1, one), (2, two), (3, NULL), and
     * {@code secrets (s VARCHAR)} of one row; at most {@link #OPEN_QUERIES} queries are admitted.
     */
    protected abstract QueryEngine open(Path folder) throws Exception;

    /** Closes what {@link #open} has opened besides the engine, and proves that it holds nothing. */
    protected void closeRest() throws Exception {}

    protected static EngineLimits limits() {
        return new EngineLimits(4, OPEN_QUERIES, OPEN_QUERIES, 1L << 30);
    }

    @BeforeEach
    void openEngine() throws Exception {
        user = new EngineUser(open(folder));
    }

    @AfterEach
    void closeEngine() throws Exception {
        try {
            user.close();
        } finally {
            closeRest();
        }
    }

    @Test
    void rowsComeInOrderWithTheirTypes() {
        OpenedQuery query = user.open(EngineUser.spec("SELECT n, name FROM numbers ORDER BY n"));
        assertThat(query.columns())
                .containsExactly(new TableInfo.Column("n", "BIGINT"), new TableInfo.Column("name", "VARCHAR"));
        query.batches().toStream().forEach(Batch::close);

        assertThat(user.rows("SELECT n, name FROM numbers ORDER BY n"))
                .containsExactly(List.of(1L, "one"), List.of(2L, "two"), Arrays.asList(3L, null));
    }

    @Test
    void valuesAreWhatTheyWereWhateverTheirType() {
        assertThat(user.rows(
                        "SELECT 1::TINYINT, 2.5::DOUBLE, 12.34::DECIMAL(9,2), true, 'x', DATE '2001-01-31', [1, 2],"
                                + " {'a': 1}, NULL, 99999999999999999999999999999999999999::HUGEINT"))
                .containsExactly(Arrays.asList(
                        (byte) 1,
                        2.5,
                        new BigDecimal("12.34"),
                        "true",
                        "x",
                        11353,
                        "[1,2]",
                        "{\"a\":1}",
                        null,
                        new BigDecimal("99999999999999999999999999999999999999")));
    }

    @Test
    void enumsBecomeTheirValuesAndKeepTheirTypeName() {
        String sql = "SELECT (CASE WHEN range % 2 = 0 THEN 'a' ELSE 'b' END)::ENUM('a', 'b') AS e FROM range(3)";
        OpenedQuery query = user.open(EngineUser.spec(sql));
        assertThat(query.schema().getFields()).allMatch(field -> field.getDictionary() == null);
        assertThat(query.columns().getFirst().type()).startsWith("ENUM");
        query.batches().toStream().forEach(Batch::close);

        assertThat(user.rows(sql)).containsExactly(List.of("a"), List.of("b"), List.of("a"));
    }

    @Test
    void anEmptyResultHasItsColumns() {
        OpenedQuery query = user.open(EngineUser.spec("SELECT n, name FROM numbers WHERE n > 100"));
        assertThat(query.columns()).extracting(TableInfo.Column::name).containsExactly("n", "name");
        assertThat(query.schema().getFields()).hasSize(2);
        assertThat(query.batches().collectList().block(EngineUser.LIMIT)).isEmpty();
    }

    @Test
    void parametersOfEveryJsonTypeAreBound() {
        assertThat(user.rows("SELECT ?, ?, ?, ?, ?", 1, 2.5, "it's \\ `x`", true, null))
                .containsExactly(Arrays.asList(1, 2.5, "it's \\ `x`", "true", null));
        assertThat(user.rows("SELECT ?::BIGINT + 1, ?::VARCHAR", 41, "x")).containsExactly(List.of(42L, "x"));
        assertThat(user.rows("SELECT name FROM numbers WHERE n = ?", 2)).containsExactly(List.of("two"));
        assertThat(user.rows("SELECT ?::DOUBLE", new BigDecimal("0.25"))).containsExactly(List.of(0.25));
    }

    @Test
    void parametersThatDoNotFitAreTheCallersMistake() {
        assertThat(user.failure("SELECT ?").code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(user.failure("SELECT ?", 1, 2).code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(user.failure("SELECT ?::INTEGER", "x").code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(user.failure("SELECT ?", BigInteger.TEN.pow(400)).code()).isEqualTo(ErrorCode.QUERY_INVALID);
    }

    @Test
    void maxRowsCutsLikeLimit() {
        for (long limit : new long[] {0, 1, 100, 32_768, 40_000}) {
            var spec = EngineUser.cut(EngineUser.spec(LONG), 32_768, EngineUser.LIMIT, limit);
            assertThat(user.rows(spec)).hasSize((int) limit);
        }
    }

    @Test
    void batchesHaveAtMostTheRowsThatWereAskedFor() throws Exception {
        BatchReader reader = BatchReader.of(
                user.open(EngineUser.cut(EngineUser.spec("SELECT * FROM range(10000)"), 1_000, EngineUser.LIMIT, null)),
                Long.MAX_VALUE);
        reader.awaitOver();
        assertThat(reader.rows).hasValue(10_000);
        assertThat(reader.largestRows.get()).isPositive().isLessThanOrEqualTo(1_000);
    }

    @Test
    void aBatchIsTwoMebibytesAtMostAsFarAsRowsCanBeParted() {
        OpenedQuery query = user.open(EngineUser.spec("SELECT repeat('x', 1000) AS x, range AS n FROM range(40000)"));
        List<long[]> sizes = query.batches()
                .map(batch -> {
                    try (batch) {
                        return new long[] {batch.rowCount(), batch.sizeBytes()};
                    }
                })
                .collectList()
                .block(EngineUser.LIMIT);
        assertThat(sizes).allMatch(size -> size[1] <= 2 * BatchCutter.BYTES_LIMIT);
        assertThat(sizes.stream().mapToLong(size -> size[0]).sum()).isEqualTo(40_000);
    }

    @Test
    void aParkedStreamHoldsNoThreadAndLittleMemoryAndACancelFreesItAtOnce() {
        BatchReader reader = BatchReader.of(user.open(EngineUser.spec(LONG)), 4);
        Awaitility.await()
                .until(() -> reader.batches.get() == 4 && user.engine.counters().busyWorkers() == 0);
        assertThat(user.engine.allocator().getAllocatedMemory()).isLessThan(16 << 20);

        reader.cancel();
        user.awaitNothingHeld(Duration.ofSeconds(2));
        assertThat(user.ends).singleElement().extracting(QueryEnd::state).isEqualTo(QueryEnd.State.CANCELLED);
    }

    @Test
    void aStreamGoesOnWhereItWasParkedAndLosesNothing() throws Exception {
        BatchReader reader = BatchReader.of(user.open(EngineUser.spec("SELECT * FROM range(300000)")), 0);
        for (long asked = 1; reader.rows.get() < 300_000; asked++) {
            long count = asked;
            reader.request(1);
            Awaitility.await().until(() -> reader.batches.get() == count);
        }
        reader.request(1);
        reader.awaitOver();
        assertThat(reader.failure.get()).isNull();
        assertThat(reader.rows).hasValue(300_000);
    }

    @Test
    void eightStreamsAtATimeEachGetEveryRow() throws Exception {
        List<BatchReader> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            readers.add(BatchReader.of(
                    user.open(EngineUser.spec("SELECT range, 'text ' || range FROM range(200000)")), Long.MAX_VALUE));
        }
        for (BatchReader reader : readers) {
            reader.awaitOver();
            assertThat(reader.failure.get()).isNull();
            assertThat(reader.rows).hasValue(200_000);
        }
    }

    @Test
    void aCancelInsideALongComputationTakesEffectAtOnce() throws Exception {
        QuerySpec spec = EngineUser.spec(ENDLESS);
        var opening = user.engine.query(spec, user.ends::add);
        Awaitility.await().until(() -> user.engine.counters().busyWorkers() == 1);

        user.engine.cancel(spec.id()).get(5, TimeUnit.SECONDS);
        assertThat(opening).isCompletedExceptionally();
        assertThatThrownBy(() -> EngineUser.await(user.engine.cancel(spec.id())))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_NOT_FOUND));
    }

    @Test
    void cancellingAtAnyMomentLeavesNothing() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 30; i++) {
            QuerySpec spec = EngineUser.spec("SELECT md5(range::VARCHAR), range FROM range(50000000)");
            var opening = user.engine.query(spec, user.ends::add);
            AtomicReference<BatchReader> reader = new AtomicReference<>();
            opening.thenAccept(query -> reader.set(BatchReader.of(query, 1 + random.nextInt(100))));
            new CountDownLatch(1).await(random.nextInt(60_000_000), TimeUnit.NANOSECONDS);
            user.engine.cancel(spec.id()).get(5, TimeUnit.SECONDS);
        }
        user.awaitNothingHeld(Duration.ofSeconds(5));
        assertThat(user.ends).hasSize(30).allMatch(end -> end.state() == QueryEnd.State.CANCELLED);
    }

    @Test
    void theDeadlineEndsAQueryThatComputesAndOneThatIsParked() throws Exception {
        assertThat(user.failure(EngineUser.cut(EngineUser.spec(ENDLESS), 100, Duration.ofMillis(300), null))
                        .code())
                .isEqualTo(ErrorCode.QUERY_TIMEOUT);

        BatchReader parked =
                BatchReader.of(user.open(EngineUser.cut(EngineUser.spec(LONG), 100, Duration.ofSeconds(2), null)), 1);
        parked.awaitOver();
        assertThat(parked.failure.get())
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
    }

    @Test
    void aFailureInMidStreamIsToldAfterTheRowsBeforeIt() throws Exception {
        BatchReader reader = BatchReader.of(
                user.open(EngineUser.spec(
                        "SELECT CASE WHEN range = 2000000 THEN error('half way') ELSE range END FROM range(5000000)")),
                Long.MAX_VALUE);
        reader.awaitOver();
        assertThat(reader.rows.get()).isPositive().isLessThan(5_000_000);
        assertThat(reader.failure.get())
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_INVALID));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELEC 1 | QUERY_INVALID",
                "SELECT nothing FROM numbers | QUERY_INVALID",
                "SELECT 'x'::INTEGER | QUERY_INVALID",
                "SELECT * FROM absent | TABLE_NOT_FOUND",
                "SELECT * FROM 'absent.parquet' | TABLE_NOT_FOUND",
                "SELECT * FROM information_schema.tables | TABLE_NOT_FOUND",
                "DROP TABLE numbers | QUERY_NOT_ALLOWED",
                "INSERT INTO numbers VALUES (4, 'x') | QUERY_NOT_ALLOWED",
                "SELECT 1; SELECT 2 | QUERY_NOT_ALLOWED",
                "SELECT * FROM read_csv('x.csv') | QUERY_NOT_ALLOWED",
                "SELECT * FROM duckdb_tables() | QUERY_NOT_ALLOWED",
                "SELECT getenv('HOME') | QUERY_NOT_ALLOWED",
                "SET threads = 9 | QUERY_NOT_ALLOWED"
            })
    void whatIsWrongHasItsCode(String sql, ErrorCode code) {
        assertThat(user.failure(sql).code()).isEqualTo(code);
    }

    @Test
    void aTableOutsideTheScopeIsRefusedWhereverItStands() {
        for (String sql : List.of(
                "SELECT * FROM secrets",
                "SELECT (SELECT max(s) FROM secrets)",
                "WITH x AS (FROM secrets) FROM x",
                "SELECT * FROM numbers, LATERAL (SELECT s FROM secrets) t")) {
            DataPrismException refused = user.failure(EngineUser.scoped(EngineUser.spec(sql), "numbers"));
            assertThat(refused.code()).as(sql).isEqualTo(ErrorCode.PERMISSION_DENIED);
        }
        assertThat(user.rows(EngineUser.scoped(EngineUser.spec("SELECT count(*) FROM numbers"), "numbers")))
                .containsExactly(List.of(3L));
    }

    @Test
    void theTablesAreListedInsideTheScope() {
        assertThat(EngineUser.await(user.engine.tables(TableScope.everything())))
                .extracting(TableInfo::name)
                .containsExactly("numbers", "secrets");
        assertThat(EngineUser.await(user.engine.tables(new TableScope(List.of(List.of("num*"))))))
                .singleElement()
                .satisfies(table -> assertThat(table.columns())
                        .containsExactly(new TableInfo.Column("n", "BIGINT"), new TableInfo.Column("name", "VARCHAR")));
        assertThat(EngineUser.await(user.engine.table("numbers")).table().name())
                .isEqualTo("numbers");
        assertThatThrownBy(() -> EngineUser.await(user.engine.table("absent")))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND));
    }

    @Test
    void tablesAndColumnsAreShownByStatements() {
        assertThat(user.rows("SHOW TABLES")).containsExactly(List.of("numbers"), List.of("secrets"));
        assertThat(user.rows(EngineUser.scoped(EngineUser.spec("SHOW TABLES"), "numbers")))
                .containsExactly(List.of("numbers"));
        assertThat(user.rows(EngineUser.scoped(EngineUser.spec("SHOW TABLES"), "none")))
                .isEmpty();
        assertThat(user.rows("DESCRIBE numbers"))
                .hasSize(2)
                .first()
                .satisfies(row -> assertThat(row).startsWith("n", "BIGINT"));
    }

    @Test
    void moreThanTheLimitOfOpenQueriesIsOverloaded() {
        List<BatchReader> readers = new ArrayList<>();
        for (int i = 0; i < OPEN_QUERIES; i++) {
            readers.add(BatchReader.of(user.open(EngineUser.spec(LONG)), 1));
        }
        DataPrismException failure = user.failure("SELECT 1");
        assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(failure.members()).containsKey("retryAfterSeconds");

        readers.forEach(BatchReader::cancel);
        user.awaitNothingHeld(Duration.ofSeconds(5));
        assertThat(user.rows("SELECT 1")).containsExactly(List.of(1));
    }

    @Test
    void afterTheEndOfTheEngineEverythingIsDraining() {
        user.engine.close();
        assertThat(user.failure("SELECT 1").code()).isEqualTo(ErrorCode.DRAINING);
    }
}

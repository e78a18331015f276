package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that ask for too much. Each gets a clear error, frees all that it held, and the engine goes on. */
class BadQueriesTest {

    private static final long MEMORY_LIMIT = 64L << 20;
    private static final long SPILL_LIMIT = 32L << 20;

    private static @TempDir Path folder;
    private static EngineFixture fixture;

    @BeforeAll
    static void open() {
        fixture = new EngineFixture(
                folder,
                new EngineSettings(
                        folder.resolve("data"), 2, MEMORY_LIMIT, SPILL_LIMIT, new EngineLimits(4, 64, 64, 1L << 30)));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @AfterEach
    void theEngineGoesOn() throws Exception {
        fixture.awaitNothingHeld(Duration.ofSeconds(10));
        assertThat(fixture.rows("SELECT 42")).isEqualTo(List.of(List.of(42)));
        if (Files.exists(folder.resolve("data/spill"))) {
            try (var spilled = Files.list(folder.resolve("data/spill"))) {
                assertThat(spilled).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT len(list(range)) FROM range(300000000)",
                "SELECT length(string_agg(repeat('x', 100), ',')) FROM range(20000000)",
                "SELECT a, b, c, d FROM (SELECT hash(range) AS a, hash(range + 1) AS b, hash(range + 2) AS c, hash(range + 3) AS d FROM range(10000000)) ORDER BY a, b, c, d",
                "SELECT count(DISTINCT md5(range::VARCHAR)) FROM range(20000000)"
            })
    void aQueryThatNeedsMoreMemoryThanTheBudgetIsToldSo(String sql) {
        DataPrismException failure = fixture.failure(fixture.spec(sql));
        assertThat(failure.code()).as(failure.detail()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(failure.detail()).contains("more memory than the engine has");
        assertThat(failure.members()).containsKey("retryAfterSeconds");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WITH RECURSIVE t AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM t) SELECT max(x) FROM t",
                "WITH RECURSIVE t AS (SELECT 1 AS x UNION SELECT (x + 1) % 2000000000 FROM t) SELECT count(*) FROM t",
                "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b"
            })
    void aQueryThatNeverEndsEndsAtItsDeadline(String sql) {
        QuerySpec spec = EngineFixture.cut(fixture.spec(sql), 32_768, Duration.ofMillis(700), null);
        DataPrismException failure = fixture.failure(spec);
        assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
        assertThat(failure.detail()).contains("700 ms");
    }

    @Test
    void tenToTheTwelfthRowsFlowAndCanBeStoppedAtAnyTime() {
        OpenedQuery query = fixture.open(fixture.spec("FROM range(1000000000000)"));
        long rows = query.batches()
                .map(batch -> {
                    try (batch) {
                        return (long) batch.rowCount();
                    }
                })
                .take(20)
                .collect(Collectors.summingLong(count -> count))
                .block(EngineFixture.TIMEOUT);
        assertThat(rows).isEqualTo(20L * 32_768);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QUERY_NOT_ALLOWED | SELECT sleep_ms(100000)",
                "QUERY_INVALID | SELECT sleep(100)",
                "QUERY_INVALID | SELECT pg_sleep(100)"
            })
    void nothingThatSleepsIsAllowed(ErrorCode code, String sql) {
        assertThat(fixture.failure(fixture.spec(sql)).code()).isIn(code, ErrorCode.QUERY_NOT_ALLOWED);
    }

    @Test
    void tenThousandParametersAreBoundInOrder() {
        Object[] values = IntStream.range(0, 10_000).boxed().toArray();
        String sum = String.join(" + ", Collections.nCopies(2, "?"));
        assertThat(fixture.rows("SELECT " + sum, 1, 2)).isEqualTo(List.of(List.of(3)));
        String list = String.join(", ", Collections.nCopies(values.length, "?"));
        assertThat(fixture.rows(
                        "SELECT len(l), l[1], l[10000], list_sum(l)::BIGINT FROM (SELECT [" + list + "] AS l)", values))
                .isEqualTo(List.of(
                        List.of(10_000L, 0, 9_999, LongStream.range(0, 10_000).sum())));
        DataPrismException tooMany = fixture.failure(fixture.spec("SELECT ?", values));
        assertThat(tooMany.code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(tooMany.detail()).contains("1 parameters").contains("10000 values");
    }

    @Test
    void aTextOfTenMegabytesIsRefusedBeforeTheParserSeesIt() {
        String text = "SELECT '" + "x".repeat(10 << 20) + "'";
        DataPrismException failure = fixture.failure(fixture.spec(text));
        assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(failure.detail()).contains(Integer.toString(text.length()));
    }

    @Test
    void everyKindOfJsonScalarIsAParameter() {
        assertThat(fixture.rows(fixture.spec(
                        "SELECT typeof(?), typeof(?), typeof(?), typeof(?), typeof(?), typeof(?), ? IS NULL, ?",
                        1,
                        5_000_000_000L,
                        new java.math.BigInteger("123456789012345678901234567890"),
                        1.5,
                        "text",
                        true,
                        null,
                        "it's \"quoted\" ü \uD83D\uDE00")))
                .isEqualTo(List.of(Arrays.asList(
                        "INTEGER",
                        "BIGINT",
                        "HUGEINT",
                        "DOUBLE",
                        "VARCHAR",
                        "BOOLEAN",
                        "true",
                        "it's \"quoted\" ü \uD83D\uDE00")));
    }
}

package io.dataprism.plugins.outliers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.testing.BatchRows;
import io.dataprism.plugins.testing.EngineInMemory;
import io.dataprism.plugins.testing.SharedData;
import io.dataprism.plugins.testing.TestHost;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class OutlierDetectorTest {

    private static final String SCORES_BY_SQL = """
            SELECT id, (a - avg(a) OVER w) / stddev_samp(a) OVER w AS zscore,
                CASE WHEN a > q3 THEN (a - q3) / (q3 - q1) WHEN a < q1 THEN (a - q1) / (q3 - q1) ELSE 0 END AS iqr
            FROM (SELECT *, quantile_cont(a::DOUBLE, 0.25) OVER v AS q1, quantile_cont(a::DOUBLE, 0.75) OVER v AS q3
                FROM t WINDOW v AS (PARTITION BY %1$s))
            WHERE a IS NOT NULL WINDOW w AS (PARTITION BY %1$s) ORDER BY id""";

    private BufferAllocator allocator;
    private EngineInMemory engine;
    private OutlierDetector plugin;

    @BeforeEach
    void start() throws SQLException {
        allocator = new RootAllocator();
        engine = new EngineInMemory(allocator);
        engine.run("""
                CREATE TABLE t AS SELECT range AS id, CASE WHEN range % 97 = 0 THEN NULL ELSE 'g' || range % 5 END AS g,
                    CASE WHEN range % 13 = 0 THEN NULL WHEN range % 501 = 0 THEN 5000
                        ELSE (hash(range) % 100)::BIGINT END AS a,
                    (hash(range + 7) % 1000)::DOUBLE / 7 AS b
                FROM range(9000)""");
        plugin = plugin(128 << 20);
    }

    private OutlierDetector plugin(long memoryBytes) {
        OutlierDetector made = new OutlierDetector();
        made.initialize(new TestHost("outlier-detector", memoryBytes, engine).context())
                .block();
        return made;
    }

    @AfterEach
    void nothingIsLeaked() throws SQLException {
        plugin.cleanup().block();
        assertThat(engine.openResults()).isZero();
        engine.close();
        allocator.close();
    }

    @ParameterizedTest
    @CsvSource({"zscore, 1", "zscore, g", "iqr, 1", "iqr, g"})
    void scoresOfAnInputAndOfATableAreThoseOfSql(String method, String group) throws SQLException {
        Map<String, @Nullable Object> params = new LinkedHashMap<>(Map.of("columns", List.of("a"), "method", method));
        if (!group.equals("1")) {
            params.put("group", group);
        }
        List<List<@Nullable Object>> expected = engine.rows(SCORES_BY_SQL.formatted(group));
        int place = method.equals("zscore") ? 1 : 2;

        sameScores(BatchRows.of(plugin.process("detect", input("t"), params)), expected, place);
        params.put("table", "t");
        sameScores(BatchRows.of(plugin.process("detect", Flux.empty(), params)), expected, place);
    }

    private static void sameScores(
            List<Map<String, @Nullable Object>> rows, List<List<@Nullable Object>> expected, int place) {
        assertThat(rows).hasSize(9_000);
        Map<Object, Double> scores = new LinkedHashMap<>();
        for (Map<String, @Nullable Object> row : rows) {
            assertThat(row.keySet()).containsExactly("id", "g", "a", "b", "a_score", "outlier");
            if (row.get("a_score") instanceof Double score) {
                scores.put(((Double) row.get("id")).longValue(), score);
            } else {
                assertThat(row.get("a")).isNull();
                assertThat(row.get("outlier")).isEqualTo(false);
            }
        }
        assertThat(scores).hasSameSizeAs(expected);
        for (List<@Nullable Object> row : expected) {
            assertThat(scores.get(row.getFirst())).isCloseTo(((Number) row.get(place)).doubleValue(), within(1e-9));
        }
    }

    @Test
    void onlyTheRowsThatAreFarInOneOfTheColumnsAreAnsweredWhereTheCallerWantsThem() throws SQLException {
        Map<String, @Nullable Object> params =
                Map.of("columns", List.of("a", "b"), "method", "iqr", "rows", "outliers", "threshold", 0.45);
        List<@Nullable Object> expected =
                engine.rows("""
                SELECT id FROM t, (SELECT quantile_cont(a::DOUBLE, 0.25) AS a1, quantile_cont(a::DOUBLE, 0.75) AS a3,
                    quantile_cont(b, 0.25) AS b1, quantile_cont(b, 0.75) AS b3 FROM t)
                WHERE a < a1 - 0.45 * (a3 - a1) OR a > a3 + 0.45 * (a3 - a1)
                    OR b < b1 - 0.45 * (b3 - b1) OR b > b3 + 0.45 * (b3 - b1) ORDER BY id""").stream().map(List::getFirst).toList();
        assertThat(expected).hasSizeBetween(10, 2_000);
        assertThat(BatchRows.of(plugin.process("detect", input("t"), params)))
                .allMatch(row -> Boolean.TRUE.equals(row.get("outlier")))
                .extracting(row -> (Object) ((Double) row.get("id")).longValue())
                .containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "g"})
    void aStreamIsComparedWithTheRowsBeforeItAsSqlDoes(String group) throws SQLException {
        Map<String, @Nullable Object> params =
                new LinkedHashMap<>(Map.of("columns", List.of("b"), "window", 50, "minimum", 20));
        if (!group.equals("1")) {
            params.put("group", group);
        }
        List<List<@Nullable Object>> expected = engine.rows("""
                SELECT CASE WHEN count(b) OVER w >= 20 THEN (b - avg(b) OVER w) / stddev_samp(b) OVER w END FROM t
                WINDOW w AS (PARTITION BY %s ORDER BY id ROWS BETWEEN 50 PRECEDING AND 1 PRECEDING) ORDER BY id""".formatted(group));
        List<Map<String, @Nullable Object>> rows = BatchRows.of(plugin.process("stream", input("t"), params));
        for (int row = 0; row < 9_000; row++) {
            if (expected.get(row).getFirst() instanceof Double score) {
                assertThat((Double) rows.get(row).get("b_score")).isCloseTo(score, within(1e-9));
                assertThat(rows.get(row).get("outlier")).isEqualTo(Math.abs(score) > 3);
            } else {
                assertThat(rows.get(row).get("b_score")).isNull();
            }
        }
    }

    @Test
    void aStreamAnswersABatchBeforeItAsksForAllOfTheInput() {
        AtomicLong asked = new AtomicLong();
        Flux<Batch> input = input("t").doOnRequest(asked::addAndGet);
        StepVerifier.create(plugin.process("stream", input, Map.of("columns", List.of("b"))), 1)
                .consumeNextWith(batch -> {
                    assertThat(batch.rowCount()).isEqualTo(2_048);
                    batch.close();
                })
                .then(() -> assertThat(asked).hasValue(1))
                .thenCancel()
                .verify();
    }

    @Test
    void valuesThatAreNoNumbersAreOutliersAndCountForNothingElse() {
        String sql = "SELECT unnest([1.0, 2.0, 3.0, 'NaN'::DOUBLE, '-Infinity'::DOUBLE, NULL]) AS v";
        for (String method : List.of("zscore", "iqr")) {
            assertThat(BatchRows.of(plugin.process(
                            "detect", engine.query(sql), Map.of("columns", List.of("v"), "method", method))))
                    .extracting(row -> row.get("v_score"), row -> row.get("outlier"))
                    .endsWith(
                            org.assertj.core.groups.Tuple.tuple(Double.POSITIVE_INFINITY, true),
                            org.assertj.core.groups.Tuple.tuple(Double.NEGATIVE_INFINITY, true),
                            org.assertj.core.groups.Tuple.tuple(null, false))
                    .startsWith(org.assertj.core.groups.Tuple.tuple(method.equals("zscore") ? -1.0 : -0.5, false));
        }
    }

    @Test
    void anInputWithoutRowsHasAnAnswerWithoutRows() {
        Flux<Batch> answer =
                plugin.process("detect", oneBatchWithoutRows(), Map.of("columns", List.of("a"), "rows", "outliers"));
        StepVerifier.create(answer)
                .consumeNextWith(batch -> {
                    assertThat(batch.schema().getFields())
                            .extracting(field -> field.getName())
                            .containsExactly("a", "a_score", "outlier");
                    batch.close();
                })
                .verifyComplete();
    }

    private Flux<Batch> oneBatchWithoutRows() {
        return Flux.defer(() -> Flux.just(new Batch(org.apache.arrow.vector.VectorSchemaRoot.of(
                new org.apache.arrow.vector.BigIntVector("a", allocator)))));
    }

    @Test
    void whatCannotBeLookedAtIsRefusedWithWhatCanBe() {
        refused("detect", Map.of("columns", List.of("z")), "REQUEST_INVALID", "'z'", "[id, g, a, b]");
        refused("detect", Map.of("columns", List.of("g")), "REQUEST_INVALID", "'g'", "[id, a, b]");
        refused("detect", Map.of("columns", List.of("g"), "table", "t"), "REQUEST_INVALID", "'g'", "[id, a, b]");
        refused("detect", Map.of("columns", List.of("a"), "group", "h", "table", "t"), "REQUEST_INVALID", "'h'");
        refused("detect", Map.of("columns", List.of("a"), "table", "nowhere"), "TABLE_NOT_FOUND", "nowhere");
        refused("detect", Map.of("columns", List.of("a"), "method", "mad"), "REQUEST_INVALID", "'mad'", "'iqr'");
        refused("detect", Map.of("columns", List.of()), "REQUEST_INVALID", "columns");
        refused("detect", Map.of("columns", List.of("a"), "threshold", 0), "REQUEST_INVALID", "threshold");
        refused("stream", Map.of("columns", List.of("a"), "window", 5, "minimum", 6), "REQUEST_INVALID", "minimum");
        refused("guess", Map.of("columns", List.of("a")), "OPERATION_NOT_FOUND", "guess");
        assertThatThrownBy(() -> BatchRows.of(plugin.process(
                        "detect", engine.query("SELECT 1 AS a, 2 AS a_score"), Map.of("columns", List.of("a")))))
                .hasMessageContaining("'a_score'");
        assertThatThrownBy(() -> BatchRows.of(plugin.process("detect", Flux.empty(), Map.of("columns", List.of("a")))))
                .hasMessageContaining("'table'");
    }

    @Test
    void anInputThatDoesNotFitIsRefusedAndATableIsNot() {
        plugin.cleanup().block();
        plugin = plugin(64 << 10);
        refused("detect", Map.of("columns", List.of("a")), "QUOTA_EXCEEDED", "'table'");
        refused("stream", Map.of("columns", List.of("a"), "group", "id"), "QUOTA_EXCEEDED", "window");
        assertThat(BatchRows.of(plugin.process("detect", Flux.empty(), Map.of("columns", List.of("a"), "table", "t"))))
                .hasSize(9_000);
    }

    @Test
    void whoGoesAwayLeavesNothingHeld() {
        for (String operation : List.of("detect", "stream")) {
            StepVerifier.create(plugin.process(operation, input("t"), Map.of("columns", List.of("a"))), 1)
                    .consumeNextWith(Batch::close)
                    .thenCancel()
                    .verify();
        }
    }

    @Test
    @Tag("longer")
    void theOutliersOfThreeMillionFlightsAreThoseOfSql() throws SQLException {
        Optional<Path> file = SharedData.file("flights-3m.parquet");
        assumeThat(file).as("shared/data/flights-3m.parquet beside the project").isPresent();
        engine.run("CREATE VIEW flights AS SELECT * FROM '" + file.orElseThrow() + "'");
        List<@Nullable Object> expected = engine.rows("""
                SELECT count(*) FILTER (abs(z) > 3), count(*) FILTER (i) FROM (
                    SELECT (d - avg(d) OVER ()) / stddev_samp(d) OVER () AS z,
                        d > q3 + 1.5 * (q3 - q1) OR d < q1 - 1.5 * (q3 - q1) AS i
                    FROM (SELECT delay::DOUBLE AS d FROM flights), (SELECT quantile_cont(delay::DOUBLE, 0.25) AS q1,
                        quantile_cont(delay::DOUBLE, 0.75) AS q3 FROM flights))""").getFirst();
        assertThat((Long) expected.getFirst()).isPositive();
        assertThat(outliersOfFlights("zscore")).isEqualTo(expected.get(0));
        assertThat(outliersOfFlights("iqr")).isEqualTo(expected.get(1));
    }

    private long outliersOfFlights(String method) {
        AtomicLong rows = new AtomicLong();
        Map<String, @Nullable Object> params =
                Map.of("columns", List.of("delay"), "method", method, "rows", "outliers", "table", "flights");
        plugin.process("detect", Flux.empty(), params)
                .doOnNext(batch -> {
                    rows.addAndGet(batch.rowCount());
                    batch.close();
                })
                .blockLast();
        return rows.get();
    }

    private Flux<Batch> input(String table) {
        return engine.query("SELECT * FROM " + table + " ORDER BY id");
    }

    private void refused(String operation, Map<String, @Nullable Object> params, String code, String... parts) {
        assertThatThrownBy(() -> BatchRows.of(plugin.process(operation, input("t"), params)))
                .isInstanceOfSatisfying(PluginException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(code);
                    assertThat(failure.getMessage()).contains(parts);
                });
    }
}

package io.dataprism.plugins.delays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.testing.EngineInMemory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class DelayStatisticsTest {

    private static final long MEMORY_BYTES = 128 << 20;

    private BufferAllocator allocator;
    private EngineInMemory engine;
    private DelayStatistics plugin;

    @BeforeEach
    void start() throws SQLException {
        allocator = new RootAllocator();
        engine = new EngineInMemory(allocator);
        engine.run("""
                CREATE TABLE flights AS SELECT
                    CASE WHEN range % 97 = 0 THEN NULL ELSE 'A' || (range % 23) END AS origin,
                    CASE WHEN range % 11 = 0 THEN NULL ELSE (hash(range) % 400)::BIGINT - 30 END AS delay,
                    range AS distance,
                    TIMESTAMP '2001-01-01' + INTERVAL 1 HOUR * (range % 5) AS date
                FROM range(50000)""");
        plugin = new DelayStatistics();
        plugin.initialize(new TestContext(engine, MEMORY_BYTES)).block();
    }

    @AfterEach
    void nothingIsLeaked() throws SQLException {
        plugin.cleanup().block();
        assertThat(engine.openResults()).isZero();
        engine.close();
        allocator.close();
    }

    @Test
    void withoutInputTheFiguresOfTheFlightsAreThoseOfSql() throws SQLException {
        assertThat(statistics(Flux.empty(), Map.of())).isEqualTo(bySql("origin", "delay", "flights"));
        assertThat(engine.queries()).containsExactly("SELECT \"origin\", \"delay\" FROM \"flights\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TINYINT",
                "SMALLINT",
                "INTEGER",
                "BIGINT",
                "HUGEINT",
                "UTINYINT",
                "USMALLINT",
                "UINTEGER",
                "UBIGINT",
                "DECIMAL(9,2)",
                "DECIMAL(38,3)",
                "FLOAT",
                "DOUBLE"
            })
    void everyNumericTypeIsReadAsSqlReadsIt(String type) throws SQLException {
        String input = "SELECT range % 7 AS g, ((range * 37) % 101)::" + type + " AS v FROM range(3000)";
        assertThat(statistics(engine.query(input), Map.of("by", "g", "value", "v")))
                .isEqualTo(bySql("g", "v", "(" + input + ")"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "range % 3",
                "range % 2 = 0",
                "DATE '2001-01-31' + (range % 3)::INT",
                "TIMESTAMP '2001-01-31 10:00:00.25' + INTERVAL 1 DAY * (range % 3)",
                "'ü' || range % 3",
                "(range % 3)::DECIMAL(5,2)",
                "(range % 3)::UBIGINT",
                "TIME '10:00:01' + INTERVAL 1 SECOND * (range % 3)"
            })
    void everyTypeOfGroupIsWrittenAsTheEngineWritesIt(String key) throws SQLException {
        String input = "SELECT " + key + " AS g, range AS v FROM range(300)";
        assertThat(statistics(engine.query(input), Map.of("by", "g", "value", "v")))
                .isEqualTo(bySql("g", "v", "(" + input + ")"));
    }

    @Test
    void namesAreQuotedSoThatNoneOfThemIsSql() throws SQLException {
        engine.run("CREATE OR REPLACE TABLE flights AS SELECT 1 AS \"a\"\"; DROP\", 2 AS \"select\"");
        assertThat(statistics(Flux.empty(), Map.of("by", "a\"; DROP", "value", "select")))
                .hasSize(1);
    }

    @Test
    void aGroupWithoutValuesHasNoFigures() throws SQLException {
        List<List<@Nullable Object>> rows =
                statistics(engine.query("SELECT 'x' AS origin, NULL::INT AS delay"), Map.of());
        List<@Nullable Object> expected = new ArrayList<>(List.of("x", 0L));
        expected.add(null);
        expected.add(null);
        expected.add(null);
        expected.add(true);
        assertThat(rows).containsExactly(expected);
    }

    @Test
    void aColumnThatIsNotThereIsRefusedWithThoseThatAre() {
        StepVerifier.create(plugin.process("statistics", Flux.empty(), Map.of("by", "orign")))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .hasMessageContaining("'by' is 'orign'")
                        .hasMessageContaining("[origin, delay, distance, date]")
                        .extracting(it -> ((PluginException) it).code())
                        .isEqualTo("REQUEST_INVALID"))
                .verify();
        StepVerifier.create(plugin.process("statistics", engine.query("SELECT 1 AS a"), Map.of("by", "b")))
                .expectErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("[a]"))
                .verify();
    }

    @Test
    void aValueThatIsNoNumberIsRefusedWithTheColumnsThatAre() {
        StepVerifier.create(
                        plugin.process("statistics", engine.query("SELECT * FROM flights"), Map.of("value", "origin")))
                .expectErrorSatisfies(failure ->
                        assertThat(failure).hasMessageContaining("'origin'").hasMessageContaining("[delay, distance]"))
                .verify();
    }

    @Test
    void parametersOfOtherTypesAndOtherOperationsAreRefused() {
        StepVerifier.create(plugin.process("statistics", Flux.empty(), Map.of("by", 1)))
                .verifyErrorMessage("Parameter 'by' is 1, and must be the name of a column.");
        StepVerifier.create(plugin.process("nope", Flux.empty(), Map.of()))
                .verifyErrorMessage("There is no operation 'nope' in this plugin.");
        StepVerifier.create(plugin.execute("nope", Map.of()))
                .verifyErrorMessage("There is no operation 'nope' in this plugin.");
    }

    @Test
    void theSummaryIsThatOfAllRows() throws SQLException {
        List<@Nullable Object> sql = engine.rows("SELECT count(delay), avg(delay), quantile_cont(delay, 0.5),"
                        + " quantile_cont(delay, 0.95) FROM flights")
                .getFirst();
        assertThat(plugin.execute("summary", Map.of()).block())
                .isEqualTo(Map.of(
                        "rows",
                        sql.get(0),
                        "mean",
                        sql.get(1),
                        "median",
                        sql.get(2),
                        "p95",
                        sql.get(3),
                        "exact",
                        true));
    }

    @Test
    void theSummaryOfNoRowsHasNoFigures() {
        Batch noRows = new Batch(VectorSchemaRoot.of(new BigIntVector("delay", allocator)));
        Map<?, ?> summary = (Map<?, ?>)
                plugin.execute("summary", Map.of(), Flux.just(noRows)).block();
        assertThat(summary).isEqualTo(nullable("rows", 0L, "mean", null, "median", null, "p95", null, "exact", true));
    }

    @Test
    void groupsBeyondOneBatchComeInSeveral() {
        Flux<Batch> result = plugin.process(
                "statistics",
                engine.query("SELECT range % 20000 AS g, range AS v FROM range(40000)"),
                Map.of("by", "g", "value", "v"));
        StepVerifier.create(result.map(DelayStatisticsTest::rowsAndClose), 0)
                .thenRequest(1)
                .expectNext(8_192)
                .thenRequest(2)
                .expectNext(8_192, 20_000 - 2 * 8_192)
                .verifyComplete();
    }

    @Test
    void beyondTheExactBoundQuantilesAreWithinOnePercentAndSaySo() throws SQLException {
        String input = "SELECT 'x' AS g, (hash(range) % 10000000)::DOUBLE - 3000000 AS v FROM range(300000)";
        List<@Nullable Object> row =
                statistics(engine.query(input), Map.of("by", "g", "value", "v")).getFirst();
        List<@Nullable Object> sql = bySql("g", "v", "(" + input + ")").getFirst();
        assertThat(row.get(5)).isEqualTo(false);
        assertThat((double) row.get(2)).isCloseTo((double) sql.get(2), within(1e-6));
        for (int quantile = 3; quantile <= 4; quantile++) {
            double expected = (double) sql.get(quantile);
            assertThat((double) row.get(quantile)).isCloseTo(expected, within(Math.abs(expected) * 0.0101));
        }
    }

    @Test
    void tooManyGroupsAreRefusedInsteadOfFillingTheMemory() {
        StepVerifier.create(plugin.process(
                        "statistics",
                        engine.query("SELECT range AS g, 1 AS v FROM range(200000)"),
                        Map.of("by", "g", "value", "v")))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .hasMessageContaining("Column 'g' has more than 100000 different values")
                        .extracting(it -> ((PluginException) it).code())
                        .isEqualTo("QUOTA_EXCEEDED"))
                .verify();
    }

    @Test
    void withLittleMemoryQuantilesTurnApproximateBeforeAnythingIsRefused() throws SQLException {
        DelayStatistics small = new DelayStatistics();
        small.initialize(new TestContext(engine, 6 << 20)).block();
        Flux<Batch> wide = engine.query("SELECT range % 20 AS g, range AS v FROM range(400000)");
        List<List<@Nullable Object>> rows = collect(small.process("statistics", wide, Map.of("by", "g", "value", "v")));
        assertThat(rows).hasSize(20).allSatisfy(row -> assertThat(row.get(5)).isEqualTo(false));

        Flux<Batch> tooWide = engine.query("SELECT range % 9000 AS g, range * 1.5 AS v FROM range(400000)");
        StepVerifier.create(small.process("statistics", tooWide, Map.of("by", "g", "value", "v")))
                .expectErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("Group by a coarser column"))
                .verify();
        small.cleanup().block();
    }

    @Test
    void aCallerWhoGoesAwayOrAnInputThatFailsLeavesNothingOpen() {
        Flux<Batch> endless = engine.query("SELECT range AS delay, 'x' AS origin FROM range(2000000)");
        StepVerifier.create(plugin.process("statistics", endless.take(500), Map.of()))
                .thenCancel()
                .verify(Duration.ofSeconds(20));
        Flux<Batch> failing = engine.query("SELECT * FROM flights")
                .take(3)
                .concatWith(Flux.error(new PluginException("QUERY_TIMEOUT", "too late")));
        StepVerifier.create(plugin.process("statistics", failing, Map.of())).verifyErrorMessage("too late");
        StepVerifier.create(plugin.process("statistics", engine.query("SELECT * FROM flights"), Map.of()))
                .expectSubscription()
                .expectNextMatches(batch -> rowsAndClose(batch) > 0)
                .thenCancel()
                .verify();
    }

    private static Map<String, @Nullable Object> nullable(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> map = new HashMap<>();
        for (int index = 0; index < namesAndValues.length; index += 2) {
            map.put((String) namesAndValues[index], namesAndValues[index + 1]);
        }
        return map;
    }

    private List<List<@Nullable Object>> statistics(Flux<Batch> input, Map<String, @Nullable Object> params) {
        return collect(plugin.process("statistics", input, params));
    }

    private static List<List<@Nullable Object>> collect(Flux<Batch> result) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        result.toIterable().forEach(batch -> {
            assertThat(batch.schema().getFields().stream().map(Field::getName).skip(1))
                    .containsExactly("count", "mean", "median", "p95", "exact");
            for (int row = 0; row < batch.rowCount(); row++) {
                List<@Nullable Object> values = new ArrayList<>();
                for (FieldVector vector : batch.root().getFieldVectors()) {
                    values.add(value(vector, row));
                }
                rows.add(values);
            }
            batch.close();
        });
        return rows;
    }

    private static @Nullable Object value(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        return vector instanceof BitVector
                ? vector.getObject(row)
                : Cells.isNumeric(vector) ? vector.getObject(row) : Cells.text(vector, row);
    }

    private static int rowsAndClose(Batch batch) {
        int rows = batch.rowCount();
        batch.close();
        return rows;
    }

    /** The same figures, by the engine itself. Decimals and floats are compared as DOUBLE, which is what the plugin answers. */
    private List<List<@Nullable Object>> bySql(String by, String value, String from) throws SQLException {
        return engine.rows("SELECT \"%1$s\"::VARCHAR AS g, count(\"%2$s\"), avg(\"%2$s\"),".formatted(by, value)
                + "quantile_cont(\"%1$s\"::DOUBLE, 0.5), quantile_cont(\"%1$s\"::DOUBLE, 0.95), true".formatted(value)
                + " FROM " + from + " GROUP BY g ORDER BY g NULLS LAST");
    }
}

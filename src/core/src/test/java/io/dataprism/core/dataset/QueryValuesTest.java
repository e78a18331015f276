package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.engine.BatchCutter;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a query answers: its values, types and parameters, and how its rows are cut into batches. */
class QueryValuesTest {

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
}

package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.ResultFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists, structs and maps within one another: up to the bound in every format, and refused beyond it. */
class NestingTest {

    private static final int LIMIT = 24;

    private static @TempDir Path folder;
    private static EngineFixture fixture;

    @BeforeAll
    static void open() {
        fixture = new EngineFixture(folder);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    private static String nested(String open, String inner, String close, int depth) {
        return "SELECT " + open.repeat(depth) + inner + close.repeat(depth) + " AS x";
    }

    private static String typed(String open, String close, int depth) {
        return "SELECT NULL::" + open.repeat(depth) + "INTEGER" + close.repeat(depth) + " AS x";
    }

    private static void requireRefused(String sql, String bound) {
        DataPrismException failure = fixture.failure(fixture.spec(sql));
        assertThat(failure.code()).as(failure.detail()).isEqualTo(ErrorCode.QUERY_NOT_ALLOWED);
        assertThat(failure.detail()).contains(bound);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"[|]", "{'a': |}", "map {1: |}", "row(|)", "array_value(|)", "list_transform([|], lambda y: y)"})
    void valuesAreNestedUpToTheBoundInEveryFormatAndRefusedBeyondIt(String open, String close) {
        for (ResultFormat format :
                List.of(ResultFormat.ARROW_STREAM, ResultFormat.NDJSON, ResultFormat.CSV, ResultFormat.JSON)) {
            assertThat(Answer.bytes(fixture, nested(open, "1", close, LIMIT), format))
                    .isNotEmpty();
        }
        requireRefused(nested(open, "1", close, LIMIT + 1), "25 deep, and 24 levels");
    }

    @Test
    @Tag("longer")
    void subqueriesAreNestedUpToTheBoundInEveryFormatAndRefusedBeyondIt() {
        valuesAreNestedUpToTheBoundInEveryFormatAndRefusedBeyondIt("(SELECT [", "])");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"``|[]", "``|[1]", "`STRUCT(a `|)", "`MAP(INTEGER, `|)", "`UNION(a `|)"})
    void typesAreNestedUpToTheBoundAndRefusedBeyondIt(String open, String close) {
        assertThat(Answer.text(fixture, typed(open, close, LIMIT), ResultFormat.CSV))
                .isEqualTo("x\r\n\r\n");
        requireRefused(typed(open, close, LIMIT + 1), "25 deep, and 24 levels");
    }

    @Test
    void aTypeThatATextNamesIsBoundedOnceItIsKnown() {
        String transform = "SELECT json_transform('[]', '" + "[".repeat(40) + "\"INTEGER\"" + "]".repeat(40) + "')";

        requireRefused(transform, "a type of 40 levels, and 24");
    }

    @Test
    void arraysWithinArraysMultiplyAndAreBounded() {
        requireRefused("SELECT NULL::INTEGER[100][100][100]", "1000000 elements");
        requireRefused("SELECT NULL::STRUCT(a INTEGER[30000])", "20000 are allowed");
        assertThat(fixture.rows("SELECT [1, 2, 3]::INTEGER[3], len(NULL::FLOAT[4096])"))
                .hasSize(1);
    }

    @Test
    void queriesThatWrapWhatOneAnotherMakesAreBounded() {
        requireRefused(wrapping(90, "[x]"), "a type of 90 levels, and 24");
        requireRefused(wrapping(97, "[x]"), "97 deep, and 96 levels");
        requireRefused(wrapping(20, "{'a': x, 'b': x}"), "100000 are allowed");
        assertThat(fixture.rows(wrapping(LIMIT, "[x]"))).hasSize(1);
        assertThat(fixture.rows(wrapping(90, "list_sum([x, 1])::INTEGER"))).isEqualTo(List.of(List.of(91)));
    }

    private static String wrapping(int times, String expression) {
        return "WITH t0 AS (SELECT 1 AS x), "
                + IntStream.rangeClosed(1, times)
                        .mapToObj(i -> "t" + i + " AS (SELECT " + expression + " AS x FROM t" + (i - 1) + ")")
                        .collect(Collectors.joining(", "))
                + " SELECT x FROM t" + times;
    }

    @Test
    void joinsOfOneFromClauseAreBounded() {
        String tables = IntStream.rangeClosed(1, 51)
                .mapToObj(i -> "range(1) t" + i)
                .collect(Collectors.joining(", ", "SELECT count(*) FROM range(1) t0, ", ""));

        requireRefused(tables, "joins 52 tables, and 51 are allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT unnest([[[1]], [[2, 3]]], recursive := true)",
                "SELECT {'a': [{'b': map {'c': [1, 2]}}]}.a[1].b['c'][2]",
                "SELECT list({'k': k, 'v': vs}) FROM (SELECT range % 2 AS k, list(range) AS vs FROM range(9) GROUP BY 1)",
                "SELECT histogram(range % 3), array_agg([range]) FROM range(9)",
                "SELECT from_json('{\"a\": [1]}', '{\"a\": [\"INTEGER\"]}'), [1]::JSON, ([[1]])::VARIANT"
            })
    void whatIsNestedSensiblyRuns(String sql) {
        assertThat(fixture.rows(sql)).isNotEmpty();
    }
}

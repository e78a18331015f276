package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code AT (VERSION => n)} in every spelling. Version n of {@code t} has the rows 1 to n; {@code u} has versions 1 and 2. */
class TimeTravelTest {

    @TempDir
    static Path folder;

    private static EngineFixture fixture;

    @BeforeAll
    static void open() throws Exception {
        fixture = new EngineFixture(folder);
        fixture.csv("t", Mode.CREATE, "a,größe\n1,x\n");
        fixture.csv("t", Mode.APPEND, "a,größe\n2,y\n");
        fixture.csv("t", Mode.APPEND, "a,größe\n3,z\n");
        fixture.csv("u", Mode.CREATE, "a,b\n10,p\n");
        fixture.csv("u", Mode.REPLACE, "c\n2001-01-31\n");
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    private static List<String> countsOne() {
        return List.of(
                "SELECT count(*) FROM t AT (VERSION => 1)",
                "select count(*) from T at (version=>1)",
                "SELECT count(*) FROM \"t\" AT (VERSION => 1)",
                "SELECT count(*) FROM \"T\" AT (VERSION => 1)",
                "SELECT count(*) FROM main.t AT (VERSION => 1)",
                "SELECT count(*) FROM \"main\" . \"t\" AT (VERSION => 1)",
                "SELECT count(t.a) FROM t AT (VERSION => 1) WHERE t.a = 1",
                "SELECT count(T.a) FROM t AT (VERSION => 1)",
                "SELECT count(x.a) FROM t AS x AT (VERSION => 1)",
                "SELECT count(x.a) FROM t x AT (VERSION => 1)",
                "SELECT count(x.a) FROM x : t AT (VERSION => 1)",
                "SELECT count(\"at\".a) FROM t AS \"at\" AT (VERSION => 1)",
                "SELECT count(p) FROM t AS x(p, q) AT (VERSION => 1)",
                "SELECT count(*) FROM t/* FROM t AT (VERSION => 2) */AT/**/(/**/VERSION/**/=>/**/1/**/)/* x */",
                "SELECT count(*) FROM t -- AT (VERSION => 2)\nAT\n(\nVERSION\n=>\n1\n)",
                "SELECT count(*), 'größer ''t AT (VERSION => 2)' FROM t AT (VERSION => 1)",
                "SELECT count(*), 'ü💡' FROM t AT (VERSION => 1)",
                "SELECT count(*), $$ FROM t AT (VERSION => 2) ' $$ FROM t AT (VERSION => 1)",
                "SELECT count(*), $a$ $$ ' $a$ FROM t AT (VERSION => 1)",
                "SELECT count(*), E'\\' FROM t AT (VERSION => 2)' FROM t AT (VERSION => 1)",
                "SELECT count(*) AS \"FROM t AT (VERSION => 2)\" FROM t AT (VERSION => 1)",
                "SELECT count(*) /* /* nested */ 'not a text */ FROM t AT (VERSION => 1)",
                "SELECT count(\"größe\") FROM t AT (VERSION => 1)",
                "WITH w AS (FROM t AT (VERSION => 1)) SELECT count(*) FROM w",
                "WITH w AS MATERIALIZED (FROM t AT (VERSION => 1)) SELECT count(*) FROM w, w AS v",
                "SELECT (SELECT count(*) FROM t AT (VERSION => 1))",
                "SELECT count(*) FROM (FROM t AT (VERSION => 1))",
                "SELECT count(*) FROM t WHERE a IN (SELECT a FROM t AT (VERSION => 1))",
                "SELECT count(*) FROM t AT (VERSION => 1) WHERE EXISTS (FROM t AT (VERSION => 1) WHERE a = 1);",
                "SELECT count(*) FROM t AT (VERSION => 1), LATERAL (SELECT t.a + 1)",
                "SELECT count(*) FROM t AT (VERSION => 1) JOIN t AS now ON t.a = now.a",
                "SELECT count(*) FROM t AS one AT (VERSION => 1) NATURAL JOIN t AS two AT (VERSION => 2)",
                "SELECT count(*) FROM t AS one AT (VERSION => 1) LEFT JOIN t AS two AT (VERSION => 2) USING (a)",
                "(SELECT 1 EXCEPT SELECT 1) UNION ALL SELECT count(*) FROM t AT (VERSION => 1)",
                "SELECT count(*) FROM t AT (VERSION => 1) CROSS JOIN u AT (VERSION => 1)",
                "FROM t AT (VERSION => 1) SELECT count(*)",
                "SELECT n FROM (PIVOT (SELECT 1 AS k, * FROM t AT (VERSION => 1)) ON k IN (1 AS n) USING count(*)"
                        + " GROUP BY k)",
                "SELECT count FROM (SUMMARIZE SELECT a FROM t AT (VERSION => 1))");
    }

    @ParameterizedTest
    @MethodSource("countsOne")
    void aVersionIsReadWhereverATableMayStand(String sql) {
        Object count = fixture.rows(sql).getFirst().getFirst();
        assertThat(((Number) count).longValue()).isEqualTo(1);
    }

    @Test
    void severalVersionsAreReadInOneStatementWithParameters() {
        assertThat(fixture.rows(
                        "SELECT (SELECT sum(a) FROM t AT (VERSION => 1)), (SELECT sum(a) FROM t AT (VERSION => 2)),"
                                + " (SELECT sum(a) FROM t AT (VERSION => 3) WHERE a >= ?), (SELECT sum(a) FROM t), ?",
                        2,
                        "?"))
                .containsExactly(
                        List.of(new BigDecimal(1), new BigDecimal(3), new BigDecimal(5), new BigDecimal(6), "?"));
    }

    @Test
    void eachVersionHasItsOwnColumns() {
        assertThat(fixture.rows("FROM u AT (VERSION => 1)")).containsExactly(List.of(10L, "p"));
        assertThat(fixture.rows("DESCRIBE SELECT * FROM u AT (VERSION => 2)"))
                .singleElement()
                .satisfies(row -> assertThat(row).startsWith("c", "DATE"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "FROM t AT (VERSION => 0)                  | 1 to 3",
                "FROM t AT (VERSION => 4)                  | 1 to 3",
                "FROM t AT (VERSION => -1)                 | no whole number",
                "FROM t AT (VERSION => 99999999999)        | version 99999999999",
                "FROM t AT (VERSION => 99999999999999999999999999) | no whole number",
                "FROM t AT (VERSION => '1')                | no whole number",
                "FROM t AT (VERSION => 1.0)                | no whole number",
                "FROM t AT (VERSION => 1 + 1)              | no whole number",
                "FROM t AT (VERSION => (SELECT 1))         | no whole number",
                "FROM t AT (VERSION => NULL)               | no whole number",
                "FROM t AT (VERSION => 1::BIGINT)          | no whole number",
                "FROM t AT (TIMESTAMP => now())            | AT a TIMESTAMP",
                "FROM t AT (TIMESTAMP => '2001-01-01')     | AT a TIMESTAMP",
                "FROM \"t@1\" AT (VERSION => 1)            | t@1",
                "FROM \"t@1\"                              | t@1",
                "FROM nothing AT (VERSION => 1)            | nothing",
                "SELECT b FROM t AT (VERSION => 1)         | b",
                "WITH w AS (SELECT 1) FROM w AT (VERSION => 1) | 'w'"
            })
    void whatCannotBeReadIsRefusedWithWhatCan(String sql, String said) {
        DataPrismException failure = fixture.failure(fixture.spec(sql));

        assertThat(failure.code())
                .isIn(ErrorCode.QUERY_INVALID, ErrorCode.TABLE_NOT_FOUND, ErrorCode.QUERY_NOT_ALLOWED);
        assertThat(failure.detail()).contains(said);
    }

    @Test
    void aParameterIsNoVersion() {
        DataPrismException failure = fixture.failure(fixture.spec("SELECT '\uD83D\uDE00' FROM t AT (VERSION => ?)", 1));

        assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(failure.members()).containsEntry("position", 18);
    }

    @Test
    void aWrongVersionIsPointedAtInCharacters() {
        DataPrismException failure = fixture.failure(fixture.spec("SELECT '\uD83D\uDE00' FROM t AT (VERSION => 'x')"));

        assertThat(failure.members()).containsEntry("position", 33);
    }

    /** The engine runs another text: what stands before and behind the versions is in both. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT '😀', ^nocolumn FROM t AT (VERSION => 1)",
                "SELECT a FROM t AT (VERSION => 1) WHERE '😀' = 'x' AND ^nocolumn > 1",
                "SELECT größe::VARCHAR FROM t AT (VERSION => 1) WHERE ^größe::INTEGER > 1",
                "SELECT t.a FROM t AT (VERSION => 1), u AT (VERSION => 1) WHERE ^nocolumn > 1"
            })
    void aFailureIsPointedAtInTheTextThatWasSent(String marked) {
        DataPrismException failure = fixture.failure(fixture.spec(marked.replace("^", "")));

        assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_INVALID);
        int position = marked.codePointCount(0, marked.indexOf('^')) + (marked.contains("^größe::") ? 5 : 0);
        assertThat(failure.members()).as(failure.detail()).containsEntry("position", position);
    }

    @Test
    void theScopeIsAskedBeforeTheVersion() {
        for (String version : List.of("1", "99", "'x'")) {
            QuerySpec spec = EngineFixture.scoped(fixture.spec("FROM t AT (VERSION => " + version + ")"), "u");
            assertThat(fixture.failure(spec).code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        }
        QuerySpec both = EngineFixture.scoped(fixture.spec("FROM u AT (VERSION => 1), t AT (VERSION => 1)"), "u");
        assertThat(fixture.failure(both).code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void noViewOfAVersionIsLeftForOthers() {
        fixture.rows("FROM t AT (VERSION => 1)");
        assertThat(fixture.rows("SHOW TABLES")).containsExactly(List.of("t"), List.of("u"));
        assertThat(fixture.failure(fixture.spec("FROM \"t@1\"")).code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
        assertThat(fixture.failure(fixture.spec("FROM temp.\"t@1\"")).code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
    }
}

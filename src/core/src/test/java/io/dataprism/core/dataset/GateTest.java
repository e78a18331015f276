package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.QueryOutput;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {

    @TempDir
    static Path folder;

    private static EngineFixture fixture;

    @BeforeAll
    static void open() throws Exception {
        fixture = new EngineFixture(folder);
        fixture.csv("flights", LoadRequest.Mode.CREATE, "origin,delay\nJFK,5\nSFO,-3\n");
        fixture.csv("secret", LoadRequest.Mode.CREATE, "x\n1\n");
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT 1;",
                "FROM flights",
                "FROM Flights",
                "TABLE flights",
                "SELECT * FROM main.flights",
                "VALUES (1, 'a'), (2, NULL)",
                "WITH t AS (SELECT * FROM flights), u AS (FROM t) SELECT count(*) FROM u JOIN t ON true",
                "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT * FROM t",
                "DESCRIBE flights",
                "DESCRIBE SELECT delay FROM flights",
                "SUMMARIZE flights",
                "SHOW TABLES",
                "show flights",
                "SELECT unnest([1, 2]) AS x",
                "SELECT * FROM range(3), unnest([1, 2]), generate_series(1, 2)",
                "SELECT avg(delay) FILTER (WHERE delay > 0), median(delay), string_agg(origin, ',' ORDER BY origin) FROM flights",
                "SELECT row_number() OVER (PARTITION BY origin ORDER BY delay), lag(delay) OVER w FROM flights WINDOW w AS (ORDER BY delay)",
                "SELECT CASE WHEN delay BETWEEN 1 AND 9 THEN 'a' ELSE 'b' END, delay IN (1, 2), EXISTS (FROM flights), -delay FROM flights",
                "SELECT * EXCLUDE (delay), COLUMNS('o.*') FROM flights",
                "SELECT {'type': 'x', 'class': 'y'}.type, [x + 1 FOR x IN [1, 2]], list_transform([1], lambda x: x + 1), map {'a': 1}",
                "SELECT origin, sum(delay) FROM flights GROUP BY ROLLUP (origin) HAVING sum(delay) > -100 ORDER BY ALL LIMIT 90%",
                "PIVOT flights ON origin IN ('JFK', 'SFO') USING sum(delay)",
                "UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b",
                "SELECT * FROM flights USING SAMPLE 1 ROWS",
                "SELECT date_trunc('month', DATE '2001-01-31'), strftime(TIMESTAMP '2001-01-31', '%Y'), regexp_replace('a', 'a', 'b'), now(), random()",
                "SELECT count(*) FROM flights UNION ALL SELECT 1 EXCEPT SELECT 2",
                "SELECT (SELECT max(delay) FROM flights f WHERE f.origin = flights.origin) FROM flights",
                "SELECT 'a' LIKE 'b', 'a' ILIKE 'b', 'a' SIMILAR TO 'b', 'a' || 'b', 5 // 2, 2 ** 3, NOT true, NULL IS NULL, 1::VARCHAR, try_cast('x' AS INTEGER)",
                "SELECT repeat('x', 3), repeat(repeat('x', 100), 100), repeat(origin, 5), lpad('x', 5, '0'), range(4), list_resize([1], 3), format('{:>5}', 'x'), printf('%5d', 1) FROM flights",
                "/* a comment */ SELECT 1 -- another"
            })
    void aStatementThatReadsIsAllowed(String sql) {
        assertThat(fixture.rows(sql)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "QUERY_NOT_ALLOWED | SELECT 1; SELECT 2",
                "QUERY_NOT_ALLOWED | SELECT 1; DROP TABLE flights",
                "QUERY_NOT_ALLOWED | INSERT INTO flights VALUES ('X', 1)",
                "QUERY_NOT_ALLOWED | UPDATE flights SET delay = 1",
                "QUERY_NOT_ALLOWED | DELETE FROM flights",
                "QUERY_NOT_ALLOWED | COPY flights TO '/tmp/out.csv'",
                "QUERY_NOT_ALLOWED | COPY (SELECT 1) TO '/tmp/out.csv'",
                "QUERY_NOT_ALLOWED | ATTACH '/tmp/x.db'",
                "QUERY_NOT_ALLOWED | PRAGMA database_list",
                "QUERY_NOT_ALLOWED | PRAGMA table_info('flights')",
                "QUERY_NOT_ALLOWED | INSTALL httpfs",
                "QUERY_NOT_ALLOWED | LOAD httpfs",
                "QUERY_NOT_ALLOWED | SET threads = 1",
                "QUERY_NOT_ALLOWED | RESET threads",
                "QUERY_NOT_ALLOWED | CREATE TABLE t (i INTEGER)",
                "QUERY_NOT_ALLOWED | CREATE VIEW v AS SELECT 1",
                "QUERY_NOT_ALLOWED | DROP VIEW flights",
                "QUERY_NOT_ALLOWED | EXPORT DATABASE '/tmp/x'",
                "QUERY_NOT_ALLOWED | CALL pragma_version()",
                "QUERY_NOT_ALLOWED | EXPLAIN SELECT 1",
                "QUERY_NOT_ALLOWED | BEGIN",
                "QUERY_NOT_ALLOWED | USE memory",
                "QUERY_NOT_ALLOWED | WITH t AS (INSERT INTO flights VALUES ('X', 1) RETURNING *) SELECT * FROM t",
                "QUERY_NOT_ALLOWED | SELECT * FROM read_csv('/etc/passwd')",
                "QUERY_NOT_ALLOWED | SELECT * FROM read_text('/etc/passwd')",
                "QUERY_NOT_ALLOWED | SELECT * FROM read_parquet('x.parquet')",
                "QUERY_NOT_ALLOWED | SELECT (SELECT content FROM read_text('/etc/passwd'))",
                "QUERY_NOT_ALLOWED | SELECT * FROM glob('/*')",
                "QUERY_NOT_ALLOWED | SELECT * FROM query('SELECT 1')",
                "QUERY_NOT_ALLOWED | SELECT * FROM query_table('secret')",
                "QUERY_NOT_ALLOWED | SELECT * FROM duckdb_views()",
                "QUERY_NOT_ALLOWED | SELECT * FROM duckdb_settings()",
                "QUERY_NOT_ALLOWED | SELECT * FROM pragma_table_info('flights')",
                "QUERY_NOT_ALLOWED | SELECT * FROM json_execute_serialized_sql('{}')",
                "QUERY_NOT_ALLOWED | SELECT * FROM histogram_values(secret, x)",
                "QUERY_NOT_ALLOWED | SELECT * FROM unnest((SELECT list(file) FROM glob('/*')))",
                "QUERY_NOT_ALLOWED | SELECT getenv('HOME')",
                "QUERY_NOT_ALLOWED | SELECT length(repeat('x', 1000000000))",
                "QUERY_NOT_ALLOWED | SELECT length(repeat('x', 1000000000::BIGINT))",
                "QUERY_NOT_ALLOWED | SELECT length(repeat(repeat('x', 100000), 100000))",
                "QUERY_NOT_ALLOWED | SELECT length(repeat(upper(concat(repeat('xy', 10000)::VARCHAR, 'a')), 10000))",
                "QUERY_NOT_ALLOWED | SELECT lpad('x', 2000000000, 'y')",
                "QUERY_NOT_ALLOWED | SELECT list_resize([1], 1000000000)",
                "QUERY_NOT_ALLOWED | SELECT len(range(0, 1000000000))",
                "QUERY_NOT_ALLOWED | SELECT format('{:>2000000000}', 'x')",
                "QUERY_NOT_ALLOWED | SELECT printf('%2000000000d', 1)",
                "QUERY_NOT_ALLOWED | SELECT current_setting('allowed_directories')",
                "QUERY_NOT_ALLOWED | SELECT nextval('s')",
                "QUERY_NOT_ALLOWED | SELECT pg_get_viewdef(1)",
                "QUERY_NOT_ALLOWED | SELECT sleep_ms(10)",
                "QUERY_NOT_ALLOWED | SELECT json_serialize_plan('SELECT 1')",
                "QUERY_NOT_ALLOWED | SELECT other.abs(1)",
                "QUERY_NOT_ALLOWED | SELECT sum(1) EXPORT_STATE",
                "QUERY_NOT_ALLOWED | SELECT 1 ORDER BY getenv('HOME')",
                "QUERY_NOT_ALLOWED | SELECT sum(1) OVER (ORDER BY getvariable('x'))",
                "QUERY_NOT_ALLOWED | WITH flights AS (SELECT 1) SELECT * FROM flights",
                "QUERY_NOT_ALLOWED | WITH RECURSIVE duckdb_views AS (SELECT 1 UNION ALL SELECT 2 FROM duckdb_views) SELECT 1",
                "QUERY_NOT_ALLOWED | WITH \"a.parquet\" AS (SELECT 1) SELECT 1",
                "QUERY_NOT_ALLOWED | SHOW ALL TABLES",
                "QUERY_NOT_ALLOWED | SHOW DATABASES",
                "QUERY_NOT_ALLOWED | FROM (SHOW TABLES)",
                "QUERY_NOT_ALLOWED | PIVOT flights ON origin USING sum(delay)",
                "QUERY_NOT_ALLOWED | FROM (PIVOT flights ON origin USING sum(delay))",
                "TABLE_NOT_FOUND   | SELECT * FROM nothing",
                "TABLE_NOT_FOUND   | SELECT * FROM '/etc/passwd'",
                "TABLE_NOT_FOUND   | FROM 'data/*.parquet'",
                "TABLE_NOT_FOUND   | FROM \"x.csv\"",
                "TABLE_NOT_FOUND   | SELECT * FROM duckdb_tables",
                "TABLE_NOT_FOUND   | SELECT * FROM information_schema.tables",
                "TABLE_NOT_FOUND   | SELECT * FROM sqlite_master",
                "TABLE_NOT_FOUND   | SELECT * FROM other.flights",
                "TABLE_NOT_FOUND   | WITH RECURSIVE t AS (SELECT 1 AS x UNION ALL SELECT x FROM u) SELECT * FROM t",
                "TABLE_NOT_FOUND   | SELECT * FROM (WITH t AS (SELECT 1) FROM t), t",
                "TABLE_NOT_FOUND   | WITH t AS (SELECT 1) SELECT * FROM (SUMMARIZE t)",
                "TABLE_NOT_FOUND   | DESCRIBE nothing",
                "TABLE_NOT_FOUND   | SHOW timezone",
                "QUERY_INVALID     | SELEC 1",
                "QUERY_INVALID     | SELECT FROM WHERE",
                "QUERY_INVALID     | SELECT 'abc",
                "QUERY_INVALID     | ``",
                "QUERY_INVALID     | -- nothing",
                "QUERY_INVALID     | SELECT nofunction(1)",
                "QUERY_INVALID     | SELECT nocolumn FROM flights",
                "QUERY_INVALID     | SELECT 'x'::INTEGER",
                "QUERY_INVALID     | SELECT sum('x')",
                "QUERY_INVALID     | SELECT ?",
                "QUERY_INVALID     | SELECT error('on purpose')"
            })
    void anyOtherStatementHasItsCode(ErrorCode code, String sql) {
        DataPrismException failure = fixture.failure(fixture.spec(sql));

        assertThat(failure.code()).as(failure.detail()).isEqualTo(code);
        assertThat(failure.detail()).doesNotContain(folder.toString());
        assertThat(fixture.rows("SELECT count(*) FROM flights")).containsExactly(List.of(2L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "0  | SELEC 1",
                "17 | SELECT 'ü', FROM WHERE",
                "7  | SELECT nocolumn FROM flights",
                "13 | SELECT 'üü', nocolumn FROM flights",
                "9  | SELECT (1",
                "7  | SELECT nofunction(1)",
                "13 | SELECT 'üü', nofunction(1)",
                "14 | SELECT '😀€ü', nofunction(1)",
                "12 | SELECT '😀', nocolumn FROM flights",
                "21 | SELECT '😀😀😀x', 'é日', nocolumn FROM flights",
                "12 | SELECT '𐍈', nocolumn FROM flights",
                "171 | SELECT '😀', 111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 11111, nocolumn, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111 FROM flights",
                "0  | ``",
                "170 | SELECT 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 1111111111, 11111, nocolumn, 1 FROM flights WHERE delay > 0"
            })
    void anErrorSaysWhereItIs(int position, String sql) {
        assertThat(fixture.failure(fixture.spec(sql)).members()).containsEntry("position", position);
    }

    /** It runs inside another one, in which the engine's positions are not the caller's. */
    @Test
    void aStatementThatIsWrappedPointsAtItsOwnTextOrNowhere() {
        String sql = "SELECT INTERVAL '1 day' AS i, CAST('x' || range AS INTEGER) AS n FROM range(3)";

        DataPrismException failure = fixture.failure(fixture.spec(sql));

        assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(failure.members().getOrDefault("position", sql.indexOf("CAST")))
                .isEqualTo(sql.indexOf("CAST"));
    }

    /** Each is wrapped by one of its columns, and again where its rows are written to a file. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT INTERVAL '1 day' AS i, ^CAST('x' || range AS INTEGER) AS n FROM range(3)",
                "SELECT INTERVAL '1 day' AS i,\n  '😀', 'é日',\n  ^CAST('x' || range AS INTEGER) AS n\nFROM range(3) ; -- end",
                "SELECT INTERVAL '1 day' AS \"x\"\"y\", ^CAST(delay || 'x' AS DATE) FROM flights"
            })
    void aStatementThatRunsWithinAnotherPointsAtItsOwnText(String marked) {
        int position = marked.codePointCount(0, marked.indexOf('^'));
        QuerySpec rows = fixture.spec(marked.replace("^", ""));
        QuerySpec file = new QuerySpec(
                "as-a-file",
                rows.sql(),
                List.of(),
                1_000,
                rows.timeout(),
                null,
                rows.scope(),
                rows.user(),
                QueryOutput.PARQUET);
        for (QuerySpec spec : List.of(rows, file)) {
            DataPrismException failure = fixture.failure(spec);
            assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_INVALID);
            assertThat(failure.members()).as(failure.detail()).containsEntry("position", position);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+ 1", "|| 'a'"})
    void aStatementThatIsTooDeepIsToldSoWithoutSettingsOfTheEngine(String more) {
        DataPrismException failure = fixture.failure(fixture.spec("SELECT 'a' " + more.repeat(1_500)));

        assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_INVALID);
        assertThat(failure.detail()).contains("nested too deeply", "1000").doesNotContain("SET", "expression_depth");
    }

    @Test
    void aPositionInALaterLineCountsFromTheBeginning() {
        DataPrismException failure = fixture.failure(fixture.spec("SELECT 1,\n  2,\n  nocolumn\nFROM flights"));

        assertThat(failure.members()).containsEntry("position", 17);
        failure = fixture.failure(fixture.spec("SELECT 1,\n '😀𐍈', 2, nocolumn FROM flights"));
        assertThat(failure.members()).containsEntry("position", 20);
    }

    @Test
    void aTableOutsideTheScopeIsRefusedWhetherItExistsOrNot() {
        for (String sql : List.of(
                "FROM secret",
                "FROM nothing",
                "FROM 'x.csv'",
                "DESCRIBE secret",
                "SELECT (SELECT max(x) FROM secret)")) {
            DataPrismException failure = fixture.failure(EngineFixture.scoped(fixture.spec(sql), "flights"));
            assertThat(failure.code()).as(sql).isEqualTo(ErrorCode.PERMISSION_DENIED);
        }
        assertThat(fixture.rows(EngineFixture.scoped(fixture.spec("WITH t AS (FROM flights) FROM t"), "flights")))
                .hasSize(2);
    }

    @Test
    void showTablesShowsOnlyWhatIsInsideTheScope() {
        assertThat(fixture.rows("SHOW TABLES")).containsExactly(List.of("flights"), List.of("secret"));
        assertThat(fixture.rows(EngineFixture.scoped(fixture.spec("SHOW TABLES"), "fl*")))
                .containsExactly(List.of("flights"));
        assertThat(fixture.rows(EngineFixture.scoped(fixture.spec("SHOW TABLES"))))
                .isEmpty();
    }

    @Test
    void noStatementHoweverLongOrDeepEndsTheProcess() {
        List<String> monsters = new ArrayList<>(List.of(
                "SELECT " + "(".repeat(100_000) + "1" + ")".repeat(100_000),
                "SELECT 1" + " + 1".repeat(200_000),
                "SELECT 1" + ", 1".repeat(300_000),
                "SELECT " + "NOT ".repeat(200_000) + "true",
                "SELECT " + "abs(".repeat(100_000) + "1" + ")".repeat(100_000),
                "SELECT 1" + " UNION ALL SELECT 1".repeat(50_000),
                "SELECT * FROM (".repeat(3_000) + "SELECT 1" + ")".repeat(3_000),
                "SELECT " + "(SELECT ".repeat(3_000) + "1" + ")".repeat(3_000),
                "SELECT " + "[".repeat(900) + "1" + "]".repeat(900),
                "SELECT " + "{'a': ".repeat(900) + "1" + "}".repeat(900),
                "SELECT 1" + " ".repeat(1 << 20)));
        for (String sql : monsters) {
            assertThat(fixture.failureOrRows(sql)).as(sql.substring(0, 30)).isNotNull();
        }
    }

    @Test
    void everyFunctionOfTheEngineIsOnOneOfTheLists() throws Exception {
        List<String> unknown = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var names = statement.executeQuery("SELECT DISTINCT function_name FROM duckdb_functions()"
                        + " WHERE function_type IN ('scalar', 'aggregate', 'macro')")) {
            String lists = read("allowed-functions.txt") + read("refused-functions.txt");
            List<String> known = lists.lines().toList();
            while (names.next()) {
                if (!known.contains(names.getString(1).toLowerCase(java.util.Locale.ROOT))) {
                    unknown.add(names.getString(1));
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static String read(String list) throws Exception {
        try (var in = DuckDbEngine.class.getResourceAsStream("gate/" + list)) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}

package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadRequest.Format;
import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.engine.LoadedTable;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.TableScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results of queries that become tables. */
class KeptResultTest {

    private static final String ENDLESS =
            "SELECT a.range FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 3";

    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new EngineFixture(folder);
        fixture.csv("t", Mode.CREATE, "a,b\n1,x\n2,y\n");
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
        try (Stream<Path> files = Files.list(folder.resolve("data/incoming"))) {
            assertThat(files).isEmpty();
        }
    }

    private CompletableFuture<LoadedTable> start(String table, Mode mode, Long ifMatch, QuerySpec query) {
        return fixture.engine.keep(new KeepRequest(table, mode, ifMatch, query), fixture.ends::add);
    }

    private LoadedTable keep(String table, Mode mode, String sql, Object... parameters) {
        return EngineFixture.await(start(table, mode, null, fixture.spec(sql, parameters)));
    }

    private DataPrismException failure(String table, Mode mode, Long ifMatch, QuerySpec query) {
        return catchThrowableOfType(
                DataPrismException.class, () -> EngineFixture.await(start(table, mode, ifMatch, query)));
    }

    @Test
    void aFailureOfTheQueryIsPointedAtInItsOwnText() {
        for (String sql : List.of("SELECT a, nocolumn FROM t", "SELECT a, CAST(b AS INTEGER) FROM t;")) {
            DataPrismException failed = failure("k", Mode.CREATE, null, fixture.spec(sql));
            assertThat(failed.code()).isEqualTo(ErrorCode.QUERY_INVALID);
            assertThat(failed.members()).as(failed.detail()).containsEntry("position", 10);
        }
    }

    @Test
    void rowsAreKeptInAllThreeModesInTheirOrder() {
        LoadedTable created = keep("k", Mode.CREATE, "SELECT range AS n FROM range(?) ORDER BY n DESC", 300_000);
        assertThat(created.created()).isTrue();
        assertThat(created.table().rows()).isEqualTo(300_000);
        assertThat(fixture.rows("FROM k LIMIT 2")).containsExactly(List.of(299_999L), List.of(299_998L));
        assertThat(fixture.rows("SELECT count(*) FROM (SELECT n, lag(n) OVER () AS before FROM k) WHERE before <= n"))
                .containsExactly(List.of(0L));

        assertThat(keep("k", Mode.APPEND, "SELECT 7::BIGINT AS n").table().rows())
                .isEqualTo(300_001);
        LoadedTable replaced = keep("k", Mode.REPLACE, "FROM t");
        assertThat(replaced.created()).isFalse();
        assertThat(replaced.table().version()).isEqualTo(3);
        assertThat(fixture.rows("FROM k")).containsExactly(List.of(1L, "x"), List.of(2L, "y"));
        assertThat(fixture.rows("SELECT count(*) FROM k AT (VERSION => 2)")).containsExactly(List.of(300_001L));
        assertThat(keep("k", Mode.APPEND, "FROM k AT (VERSION => 3) WHERE a > ?", 1)
                        .table()
                        .rows())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 AS a;",
                "SELECT 1 AS a;;; -- the end",
                "SELECT 1 AS a -- the end",
                "SELECT 1 AS a /* ) TO 'x' */",
                "SELECT 1 AS a /* ; */ ; /* ) */",
                "SELECT ')' AS a",
                "SELECT $$ ) TO 'x'; $$ AS a",
                "SELECT E'\\') TO \\'x\\'; ' AS a",
                "SELECT 1 AS \") TO 'x'; --\"",
                "(SELECT 1 AS a)",
                "VALUES (1)",
                "FROM t",
                "WITH w AS (SELECT 1 AS a) FROM w",
                "WITH RECURSIVE w(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM w WHERE n < 5) FROM w",
                "DESCRIBE t",
                "SUMMARIZE t",
                "SHOW TABLES",
                "PIVOT t ON b IN ('x', 'y') USING sum(a)",
                "SELECT 1 AS a, 2 AS a, 3 AS A",
                "SELECT 1, 2",
                "SELECT 'ü' AS größe",
                "SELECT a FROM t UNION ALL SELECT 2 ORDER BY a LIMIT 1",
                "SELECT * FROM t WHERE false",
                "SELECT NULL AS a"
            })
    void whatEverReadsCanBeKept(String sql) {
        long rows = fixture.rows(sql).size();

        LoadedTable kept = keep("k", Mode.CREATE, sql);

        assertThat(kept.table().rows()).isEqualTo(rows);
        assertThat(fixture.rows("SELECT count(*) FROM k")).containsExactly(List.of(rows));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "170141183460469231731687303715884105727::HUGEINT",
                "340282366920938463463374607431768211455::UHUGEINT",
                "sum(a) FROM t --",
                "INTERVAL '1 month 2 days 3.000004 seconds'",
                "'10:00:00.123456+02:30'::TIMETZ",
                "'101'::BIT",
                "'a'::ENUM('a', 'it''s')",
                "'2001-01-31 10:00:00'::TIMESTAMP_S",
                "'2001-01-31 10:00:00.123'::TIMESTAMP_MS",
                "'2001-01-31 10:00:00.123456789'::TIMESTAMP_NS",
                "'2001-01-31 10:00:00+01'::TIMESTAMPTZ",
                "1.5::DECIMAL(38,10)",
                "uuid()::UUID --",
                "[1, 2]::INTEGER[2]",
                "[1::HUGEINT, NULL]",
                "{'interval': INTERVAL 1 MICROSECOND, 'HUGEINT': 1::HUGEINT, 'a, b': [1::UHUGEINT]}",
                "map {1::HUGEINT: INTERVAL 3 DAY}",
                "'\\x00\\xFF'::BLOB",
                "'{\"a\": 1}'::JSON",
                "'nan'::DOUBLE",
                "'infinity'::DATE",
                "'-infinity'::TIMESTAMP"
            })
    void typesAndValuesStayWhatTheyWere(String expression) {
        List<List<Object>> before = fixture.rows("SELECT typeof(v), v::VARCHAR FROM (SELECT " + expression
                + (expression.endsWith("--") ? "\n" : "") + ") r(v)");

        keep(
                "k",
                Mode.CREATE,
                "SELECT v FROM (SELECT " + expression + (expression.endsWith("--") ? "\n" : "") + ") r(v)");

        assertThat(fixture.engine.datasets().find("k").columns())
                .singleElement()
                .satisfies(column ->
                        assertThat(column.type()).isEqualTo(before.getFirst().getFirst()));
        if (!expression.startsWith("uuid")) {
            assertThat(fixture.rows("SELECT typeof(v), v::VARCHAR FROM k")).isEqualTo(before);
        }
        keep("k", Mode.APPEND, "FROM k");
        assertThat(fixture.rows("SELECT count(*), count(v) FROM k")).containsExactly(List.of(2L, 2L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "QUERY_NOT_ALLOWED | SELECT 1) TO '/tmp/kept.csv'; --",
                "QUERY_NOT_ALLOWED | SELECT 1; DROP VIEW t",
                "QUERY_NOT_ALLOWED | COPY t TO '/tmp/kept.csv'",
                "QUERY_NOT_ALLOWED | SELECT * FROM read_text('/etc/passwd')",
                "QUERY_INVALID     | SELECT 1 /* not closed",
                "QUERY_INVALID     | SELECT nothing FROM t",
                "QUERY_INVALID     | SELECT error('half way') FROM t",
                "QUERY_INVALID     | SELECT ? AS a",
                "TABLE_NOT_FOUND   | FROM unheard_of",
                "DATA_INVALID      | SELECT union_value(k := 1) AS u",
                "DATA_INVALID      | SELECT row(1::HUGEINT, 2) AS u"
            })
    void whatMayNotRunIsNotKept(String codes, String sql) {
        DataPrismException failure = failure("k", Mode.CREATE, null, fixture.spec(sql));

        assertThat(List.of(ErrorCode.valueOf(codes), ErrorCode.QUERY_INVALID))
                .as(failure.detail())
                .contains(failure.code());
        assertThat(fixture.engine.datasets().find("k")).isNull();
        assertThat(failure.detail()).doesNotContain(folder.toString());
    }

    @Test
    void whatTheTableDoesNotAllowIsRefusedBeforeAnythingRuns() {
        assertThat(failure("t", Mode.CREATE, null, fixture.spec(ENDLESS)).code())
                .isEqualTo(ErrorCode.TABLE_EXISTS);
        assertThat(failure("u", Mode.APPEND, null, fixture.spec(ENDLESS)).code())
                .isEqualTo(ErrorCode.TABLE_NOT_FOUND);
        assertThat(failure("t", Mode.REPLACE, 9L, fixture.spec(ENDLESS)).code())
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(failure("No", Mode.CREATE, null, fixture.spec(ENDLESS)).code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(failure("t", Mode.APPEND, null, fixture.spec("SELECT 1 AS z"))
                        .code())
                .isEqualTo(ErrorCode.DATA_INVALID);
        assertThat(fixture.rows("SELECT count(*) FROM t")).containsExactly(List.of(2L));
    }

    @Test
    void onlyTablesInsideTheCallersScopeAreRead() {
        QuerySpec spec = EngineFixture.scoped(fixture.spec("FROM t"), "k");
        assertThat(failure("k", Mode.CREATE, null, spec).code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void theDeadlineAndACancelEndItAndLeaveNothing() {
        QuerySpec late = EngineFixture.cut(fixture.spec(ENDLESS), 32_768, Duration.ofMillis(300), null);
        assertThat(failure("k", Mode.CREATE, null, late).code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);

        QuerySpec cancelled = fixture.spec(ENDLESS);
        CompletableFuture<LoadedTable> waiting = start("k", Mode.CREATE, null, cancelled);
        Awaitility.await()
                .until(() -> fixture.engine.queries().stream()
                        .anyMatch(query -> query.id().equals(cancelled.id()) && query.running()));
        EngineFixture.await(fixture.engine.cancel(cancelled.id()));
        assertThat(catchThrowableOfType(DataPrismException.class, () -> EngineFixture.await(waiting))
                        .code())
                .isEqualTo(ErrorCode.QUERY_NOT_FOUND);
        assertThat(fixture.engine.datasets().tables(TableScope.everything())).hasSize(1);
    }

    @Test
    void aKeptTableIsAppendedFromUploadsToo() throws Exception {
        keep("k", Mode.CREATE, "SELECT sum(a) AS total, INTERVAL 1 DAY AS i FROM t");

        fixture.csv("k", Mode.APPEND, "total,i\n170141183460469231731687303715884105727,1 month\n");
        fixture.load("k", Mode.APPEND, Format.NDJSON, fixture.file("x", "{\"total\": 5, \"i\": \"2 days\"}\n"));

        assertThat(fixture.rows("SELECT total::VARCHAR, i::VARCHAR, typeof(total) FROM k"))
                .containsExactly(
                        List.of("3", "1 day", "HUGEINT"),
                        List.of("170141183460469231731687303715884105727", "1 month", "HUGEINT"),
                        List.of("5", "2 days", "HUGEINT"));
    }
}

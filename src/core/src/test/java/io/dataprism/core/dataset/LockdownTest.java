package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every way out of the engine that is known: the gate refuses it, and what settings can refuse is refused below the gate too. In
 * the statements {@code $BLOBS} is the folder of the tables' files, {@code $BLOB} one of them, and {@code $OUT} a folder that is
 * none of the engine's.
 */
class LockdownTest {

    private static @TempDir Path folder;
    private static EngineFixture fixture;
    private static Path blob;
    private static Path outside;

    @BeforeAll
    static void open() throws Exception {
        fixture = new EngineFixture(folder);
        fixture.csv("secret", LoadRequest.Mode.CREATE, "x\n1\n");
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("a.csv"), "a\n1\n");
        try (Stream<Path> files = Files.walk(folder.resolve("data/blobs"))) {
            blob = files.filter(Files::isRegularFile).findFirst().orElseThrow().toRealPath();
        }
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    private static String filled(String sql) {
        return sql.replace("$BLOBS", blob.getParent().toString())
                .replace("$BLOB", blob.toString())
                .replace("$OUT", outside.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "QUERY_NOT_ALLOWED | SELECT content FROM read_text('/etc/passwd')",
                "QUERY_NOT_ALLOWED | SELECT content FROM read_blob('/proc/self/environ')",
                "QUERY_NOT_ALLOWED | SELECT * FROM read_csv('$OUT/a.csv')",
                "QUERY_NOT_ALLOWED | SELECT * FROM read_text('$BLOBS/../../../outside/a.csv')",
                "QUERY_NOT_ALLOWED | SELECT * FROM glob('$OUT/*')",
                "QUERY_NOT_ALLOWED | COPY (SELECT 1) TO '$OUT/b.csv'",
                "QUERY_NOT_ALLOWED | COPY (SELECT 1) TO '$BLOBS/../../../outside/b.csv'",
                "QUERY_NOT_ALLOWED | EXPORT DATABASE '$OUT/export'",
                "QUERY_NOT_ALLOWED | ATTACH '$OUT/b.db'",
                "QUERY_NOT_ALLOWED | INSTALL httpfs",
                "QUERY_NOT_ALLOWED | INSTALL httpfs FROM '$OUT'",
                "QUERY_NOT_ALLOWED | LOAD '$OUT/a.csv'",
                "QUERY_NOT_ALLOWED | SET threads = 1",
                "QUERY_NOT_ALLOWED | SET GLOBAL memory_limit = '1TB'",
                "QUERY_NOT_ALLOWED | SET streaming_buffer_size = '1GB'",
                "QUERY_NOT_ALLOWED | SET timezone = 'Asia/Tokyo'",
                "QUERY_NOT_ALLOWED | SET max_expression_depth = 100000",
                "QUERY_NOT_ALLOWED | SET temp_directory = '$OUT'",
                "QUERY_NOT_ALLOWED | SET allowed_directories = ['/']",
                "QUERY_NOT_ALLOWED | SET enable_external_access = true",
                "QUERY_NOT_ALLOWED | SET lock_configuration = false",
                "QUERY_NOT_ALLOWED | RESET lock_configuration",
                "QUERY_NOT_ALLOWED | RESET threads",
                "QUERY_NOT_ALLOWED | PRAGMA threads = 1",
                "QUERY_NOT_ALLOWED | PRAGMA memory_limit = '1TB'",
                "TABLE_NOT_FOUND   | FROM '$OUT/a.csv'",
                "QUERY_NOT_ALLOWED | CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')"
            })
    void whatSettingsRefuseIsRefusedByTheGateAndBelowIt(ErrorCode code, String sql) throws Exception {
        requireGateRefuses(code, sql);

        try (DuckDBConnection connection = fixture.engine.duckDb().duplicate();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute(filled(sql))).isInstanceOf(SQLException.class);
        }
        try (Stream<Path> files = Files.list(outside)) {
            assertThat(files).containsExactly(outside.resolve("a.csv"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "QUERY_NOT_ALLOWED | COPY (SELECT 1) TO '$BLOBS/b.csv'",
                "QUERY_NOT_ALLOWED | COPY secret TO '$BLOB'",
                "QUERY_NOT_ALLOWED | EXPORT DATABASE '$BLOBS/export'",
                "QUERY_NOT_ALLOWED | IMPORT DATABASE '$BLOBS'",
                "QUERY_NOT_ALLOWED | ATTACH '$BLOBS/b.db'",
                "QUERY_NOT_ALLOWED | ATTACH ':memory:' AS m",
                "QUERY_NOT_ALLOWED | DETACH memory",
                "QUERY_NOT_ALLOWED | CREATE TABLE t AS FROM secret",
                "QUERY_NOT_ALLOWED | CREATE TEMP TABLE t (x INTEGER)",
                "QUERY_NOT_ALLOWED | CREATE MACRO m(x) AS x",
                "QUERY_NOT_ALLOWED | SET VARIABLE x = 1",
                "QUERY_NOT_ALLOWED | SET schema = 'main'",
                "QUERY_NOT_ALLOWED | SET search_path = 'main'",
                "QUERY_NOT_ALLOWED | PRAGMA enable_profiling",
                "QUERY_NOT_ALLOWED | VACUUM",
                "QUERY_NOT_ALLOWED | CHECKPOINT",
                "QUERY_NOT_ALLOWED | PREPARE p AS SELECT 1",
                "QUERY_NOT_ALLOWED | EXECUTE p",
                "TABLE_NOT_FOUND   | FROM '$BLOB'",
                "TABLE_NOT_FOUND   | FROM '$BLOBS/*'",
                "QUERY_NOT_ALLOWED | SELECT * FROM read_parquet('$BLOB')",
                "QUERY_NOT_ALLOWED | SELECT * FROM parquet_metadata('$BLOB')",
                "QUERY_NOT_ALLOWED | SELECT * FROM glob('$BLOBS/*')",
                "QUERY_NOT_ALLOWED | SELECT * FROM query('FROM secret')",
                "QUERY_NOT_ALLOWED | SELECT * FROM query_table(['secret'])",
                "QUERY_NOT_ALLOWED | SELECT sql FROM duckdb_views()",
                "QUERY_NOT_ALLOWED | WITH secret AS (SELECT 2 AS x) FROM secret",
                "QUERY_NOT_ALLOWED | SELECT 1; SELECT 2",
                "QUERY_NOT_ALLOWED | CREATE TABLE prepared (x INTEGER); SELECT 1",
                "QUERY_NOT_ALLOWED | SELECT getvariable('x')",
                "QUERY_NOT_ALLOWED | SELECT json_deserialize_sql('{}')"
            })
    void whatNoSettingRefusesIsRefusedByTheGate(ErrorCode code, String sql) {
        requireGateRefuses(code, sql);
    }

    private static void requireGateRefuses(ErrorCode code, String sql) {
        DataPrismException failure = fixture.failure(fixture.spec(filled(sql)));
        assertThat(failure.code()).as(failure.detail()).isEqualTo(code);
    }

    @Test
    void nothingOfSeveralStatementsIsRunByPreparingThem() throws Exception {
        fixture.failure(fixture.spec("CREATE TABLE prepared (x INTEGER); SELECT 1"));
        assertThat(tables()).doesNotContain("prepared");
    }

    @Test
    void oneQuerySeesNothingThatAnotherHasLeft() {
        fixture.failure(fixture.spec("SET VARIABLE x = 1"));
        fixture.failure(fixture.spec("CREATE TEMP TABLE left_over AS SELECT 1"));

        assertThat(fixture.failure(fixture.spec("FROM left_over")).code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND);
        assertThat(fixture.rows("SELECT current_setting FROM (VALUES ('none')) t(current_setting)"))
                .isEqualTo(List.of(List.of("none")));
    }

    @Test
    void aLinkInAnAllowedFolderLeadsNowhere() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("data/incoming/link.csv"), outside.resolve("a.csv"));
        try (DuckDBConnection connection = fixture.engine.duckDb().duplicate();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("FROM read_csv('" + link.toAbsolutePath() + "')"))
                    .isInstanceOf(SQLException.class);
        } finally {
            Files.delete(link);
        }
    }

    private static List<String> tables() throws SQLException {
        try (DuckDBConnection connection = fixture.engine.duckDb().duplicate();
                Statement statement = connection.createStatement();
                var found = statement.executeQuery("SELECT table_name FROM duckdb_tables()")) {
            List<String> names = new ArrayList<>();
            while (found.next()) {
                names.add(found.getString(1));
            }
            return names;
        }
    }
}

package io.dataprism.core.dataset;

import io.dataprism.core.dataset.gate.StatementGate;
import io.dataprism.core.engine.EngineLimits;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB's parser alone, for an engine that is elsewhere: a DuckDB in memory without tables, files or extensions, which is asked
 * for trees and runs nobody's statement. Any thread; blocks while it parses. After {@link #close()} parsing fails.
 */
public final class StatementParser implements StatementGate.Parser, AutoCloseable {

    private static final long MEMORY_BYTES = 256L << 20;
    private static final String QUESTION =
            "SELECT json_serialize_sql(?::VARCHAR," + " skip_null := true, skip_empty := true, skip_default := true)";

    private final LiveDuckDb duckDb;

    private StatementParser(LiveDuckDb duckDb) {
        this.duckDb = duckDb;
    }

    /** Opens one. Blocks. */
    public static StatementParser open() {
        Path nowhere = Path.of("");
        EngineSettings settings = new EngineSettings(nowhere, 1, MEMORY_BYTES, 0, EngineLimits.defaults());
        return new StatementParser(
                new LiveDuckDb(count -> DuckDbInstance.open(settings, nowhere, List.of()), fresh -> {}));
    }

    @Override
    public String parse(String sql) {
        try (DuckDBConnection connection = duckDb.duplicate()) {
            return ask(connection, sql);
        } catch (SQLException e) {
            duckDb.heal(e);
            throw DuckDbFailures.of(RanText.of(sql, sql), e);
        }
    }

    /** The tree of a statement, by a connection that the caller has to itself. */
    static String parse(DuckDBConnection connection, String sql) {
        try {
            return ask(connection, sql);
        } catch (SQLException e) {
            throw DuckDbFailures.of(RanText.of(sql, sql), e);
        }
    }

    private static String ask(DuckDBConnection connection, String sql) throws SQLException {
        try (PreparedStatement parser = connection.prepareStatement(QUESTION)) {
            parser.setString(1, sql);
            try (ResultSet answer = parser.executeQuery()) {
                answer.next();
                return answer.getString(1);
            }
        }
    }

    @Override
    public void close() {
        duckDb.close();
    }
}

package io.dataprism.core.dataset;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/**
 * One DuckDB in memory, locked down before anybody's statement comes near it: no files but the allowed folders, no extensions,
 * no change of settings. Blocks; safe on any thread.
 */
final class DuckDbInstance implements AutoCloseable {

    private final DuckDBConnection first;

    private DuckDbInstance(DuckDBConnection first) {
        this.first = first;
    }

    static DuckDbInstance open(EngineSettings settings, Path spill, List<Path> allowedFolders) {
        try {
            DuckDBConnection connection =
                    (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties(settings, spill));
            lockDown(connection, settings, allowedFolders);
            return new DuckDbInstance(connection);
        } catch (SQLException e) {
            throw new DataPrismException(
                    ErrorCode.INTERNAL,
                    "The engine could not be opened: " + e.getMessage(),
                    "Check that the data folder is writable and that memory is left.",
                    e);
        }
    }

    private static Properties properties(EngineSettings settings, Path spill) {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        properties.setProperty("threads", Integer.toString(settings.threads()));
        properties.setProperty("memory_limit", settings.memoryLimitBytes() + "B");
        properties.setProperty("temp_directory", spill.toString());
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        properties.setProperty("allow_community_extensions", "false");
        properties.setProperty("allow_persistent_secrets", "false");
        return properties;
    }

    /** The order matters: each setting closes the door to those before it. */
    private static void lockDown(DuckDBConnection connection, EngineSettings settings, List<Path> allowedFolders)
            throws SQLException {
        String folders =
                String.join(", ", allowedFolders.stream().map(SqlText::literal).toList());
        try (Statement statement = connection.createStatement()) {
            // as a property it is shown and not kept to (DuckDB 1.5.6): a sort wrote 600 MB past a limit of 32
            statement.execute("SET max_temp_directory_size = '" + settings.spillLimitBytes() + "B'");
            statement.execute("SET GLOBAL TimeZone = 'UTC'");
            statement.execute("SET GLOBAL arrow_lossless_conversion = true");
            statement.execute("SET streaming_buffer_size = '256KB'");
            statement.execute("SET enable_progress_bar = true");
            statement.execute("SET enable_progress_bar_print = false");
            statement.execute("SET allowed_directories = [" + folders + "]");
            statement.execute("SET enable_external_access = false");
            statement.execute("SET lock_configuration = true");
        }
    }

    /** A connection of its own for one query or one load; the caller closes it. */
    DuckDBConnection duplicate() throws SQLException {
        return (DuckDBConnection) first.duplicate();
    }

    /** Whether it has found a fault in itself, and refuses everything. */
    boolean hasGivenUp() {
        try (DuckDBConnection connection = duplicate();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            return false;
        } catch (SQLException e) {
            return EngineFault.isCertain(e);
        }
    }

    /** Runs a statement of the host's own that has no result. */
    void execute(String sql) throws SQLException {
        try (DuckDBConnection connection = duplicate();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Ends it, together with the last of its connections. */
    @Override
    public void close() {
        try {
            first.close();
        } catch (SQLException e) {
            throw new DataPrismException(
                    ErrorCode.INTERNAL, "The engine could not be closed: " + e.getMessage(), "Restart the node.", e);
        }
    }
}

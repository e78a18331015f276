package io.dataprism.load.peer;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/** DuckDB as everybody uses it, with the settings of the service's engine and views over the same files. Blocks; any thread. */
public final class PlainDuckDb implements AutoCloseable {

    /** As the service has it where nobody says otherwise. */
    public static final int BATCH_ROWS = 32_768;

    private final DuckDBConnection first;

    private PlainDuckDb(DuckDBConnection first) {
        this.first = first;
    }

    public static PlainDuckDb open() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        properties.setProperty("threads", Integer.toString(Runtime.getRuntime().availableProcessors()));
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        PlainDuckDb duckDb =
                new PlainDuckDb((DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties));
        duckDb.execute("SET GLOBAL TimeZone = 'UTC'");
        try (Statement statement = duckDb.first.createStatement()) {
            statement.execute("SET streaming_buffer_size = '256KB'");
            statement.execute("SET enable_progress_bar = true");
            statement.execute("SET enable_progress_bar_print = false");
        }
        return duckDb;
    }

    /** Makes a table's files readable under its name. */
    public void view(String name, List<Path> files) throws SQLException {
        String list = files.stream()
                .map(file -> "'" + file.toString().replace("'", "''") + "'")
                .collect(Collectors.joining(", "));
        execute("CREATE OR REPLACE VIEW " + name + " AS SELECT * FROM read_parquet([" + list + "])");
    }

    /** Runs a statement to its end. */
    public void execute(String sql) throws SQLException {
        try (DuckDBConnection connection = duplicate();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    DuckDBConnection duplicate() throws SQLException {
        return (DuckDBConnection) first.duplicate();
    }

    /** What is done with a query's batches; blocks while it reads. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(ArrowReader reader) throws Exception;
    }

    /** Runs a query on a connection of its own and lets its batches be read. */
    public <T> T query(String sql, BufferAllocator allocator, Reading<T> reading) throws Exception {
        try (DuckDBConnection connection = duplicate();
                Statement statement = connection.createStatement();
                DuckDBResultSet result = (DuckDBResultSet) statement.executeQuery(sql);
                ArrowReader reader = (ArrowReader) result.arrowExportStream(allocator, BATCH_ROWS)) {
            return reading.read(reader);
        }
    }

    /** The barest loop: batches are loaded and counted, nothing else; the rows. */
    public long count(String sql, BufferAllocator allocator) throws Exception {
        return query(sql, allocator, reader -> {
            long rows = 0;
            while (reader.loadNextBatch()) {
                rows += reader.getVectorSchemaRoot().getRowCount();
            }
            return rows;
        });
    }

    @Override
    public void close() throws SQLException {
        first.close();
    }
}

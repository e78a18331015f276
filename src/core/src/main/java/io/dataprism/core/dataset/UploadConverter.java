package io.dataprism.core.dataset;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Turns an upload into a Parquet file of our own writing, which proves that all of it can be read. Blocks. */
final class UploadConverter {

    private static final int TIMEOUT_SECONDS = 600;

    private final DuckDbInstance duckDb;
    private final BufferAllocator allocator;

    UploadConverter(DuckDbInstance duckDb, BufferAllocator allocator) {
        this.duckDb = duckDb;
        this.allocator = allocator;
    }

    /** What was written. */
    record Converted(List<TableInfo.Column> columns, long rows) {}

    /**
     * Converts {@code upload} into the new file {@code parquet}.
     *
     * @param appendTo the table whose columns the upload must have; null: any
     * @throws DataPrismException {@code DATA_INVALID}
     */
    Converted convert(LoadRequest.Format format, Path upload, Path parquet, @Nullable TableEntry appendTo) {
        try (DuckDBConnection connection = duckDb.duplicate()) {
            if (Files.size(upload) == 0) {
                throw new IOException("it is empty");
            }
            boolean arrow = format == LoadRequest.Format.ARROW_STREAM || format == LoadRequest.Format.ARROW_FILE;
            if (arrow) {
                try (ArrowView registered = ArrowView.register(connection, allocator, format, upload)) {
                    return write(connection, "SELECT * FROM " + SqlText.identifier(ArrowView.VIEW), parquet);
                }
            }
            if (appendTo == null) {
                return write(connection, "SELECT * FROM " + UploadScan.of(format, upload), parquet);
            }
            List<TableInfo.Column> found = describe(connection, UploadScan.of(format, upload));
            requireNames(appendTo, found);
            return write(connection, UploadScan.as(format, upload, appendTo.columns()), parquet);
        } catch (DataPrismException known) {
            throw known;
        } catch (SQLException | IOException | RuntimeException e) {
            throw DataProblems.of(format, upload, e);
        }
    }

    private static Converted write(DuckDBConnection connection, String query, Path parquet) throws SQLException {
        long rows;
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            statement.execute("COPY (" + query + ") TO " + SqlText.literal(parquet)
                    + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)");
            rows = statement.getUpdateCount();
        }
        return new Converted(describe(connection, "read_parquet(" + SqlText.literal(parquet) + ")"), rows);
    }

    private static List<TableInfo.Column> describe(DuckDBConnection connection, String scan) throws SQLException {
        List<TableInfo.Column> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("DESCRIBE SELECT * FROM " + scan)) {
            while (result.next()) {
                columns.add(new TableInfo.Column(result.getString(1), result.getString(2)));
            }
        }
        return columns;
    }

    private static void requireNames(TableEntry table, List<TableInfo.Column> found) {
        List<String> expected =
                table.columns().stream().map(TableInfo.Column::name).toList();
        List<String> names = found.stream().map(TableInfo.Column::name).toList();
        if (!expected.equals(names)) {
            throw TableProblems.otherSchema(
                    table.name(), "its columns are " + names + " and the table's are " + expected);
        }
    }
}

package io.dataprism.core.dataset;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first value of an upload that does not fit a column's type: the engine says which value, and not where. Reads the upload
 * once for each column that is asked for. Blocks.
 */
final class CastDiagnosis {

    private static final int TIMEOUT_SECONDS = 60;
    private static final int SHOWN = 100;

    private final LiveDuckDb duckDb;
    private final BufferAllocator allocator;
    private final LoadRequest.Format format;
    private final Path upload;

    CastDiagnosis(LiveDuckDb duckDb, BufferAllocator allocator, LoadRequest.Format format, Path upload) {
        this.duckDb = duckDb;
        this.allocator = allocator;
        this.format = format;
        this.upload = upload;
    }

    /** The value of the first row in which one of these columns has one that cannot be cast to its type, or null. */
    @Nullable
    UploadFinding first(List<TableInfo.Column> columns) throws SQLException, IOException {
        UploadFinding first = null;
        for (TableInfo.Column column : columns) {
            UploadFinding found = first(column);
            if (found != null && (first == null || found.row() < first.row())) {
                first = found;
            }
        }
        return first;
    }

    private @Nullable UploadFinding first(TableInfo.Column column) throws SQLException, IOException {
        try (DuckDBConnection connection = duckDb.duplicate()) {
            if (format != LoadRequest.Format.ARROW_STREAM && format != LoadRequest.Format.ARROW_FILE) {
                return first(connection, column);
            }
            try (ArrowView registered = ArrowView.register(connection, allocator, format, upload)) {
                return first(connection, column);
            }
        }
    }

    private @Nullable UploadFinding first(DuckDBConnection connection, TableInfo.Column column) throws SQLException {
        String name = SqlText.identifier(column.name());
        String query = "SELECT n, left(v::VARCHAR, " + SHOWN + ") FROM (SELECT row_number() OVER () AS n, " + name
                + " AS v FROM " + UploadScan.of(format, upload) + ") WHERE v IS NOT NULL AND TRY_CAST(v AS "
                + column.type() + ") IS NULL ORDER BY n LIMIT 1";
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            try (ResultSet found = statement.executeQuery(query)) {
                return found.next()
                        ? new UploadFinding(
                                found.getLong(1), column.name(), "'" + found.getString(2) + "' is no " + column.type())
                        : null;
            }
        }
    }
}

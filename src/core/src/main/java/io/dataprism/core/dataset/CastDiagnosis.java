package io.dataprism.core.dataset;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.plugin.TableInfo;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Finds the first value of a JSON upload that does not fit a column's type: the engine says which value, and not where. */
final class CastDiagnosis {

    private static final int TIMEOUT_SECONDS = 60;
    private static final int SHOWN = 100;

    private CastDiagnosis() {}

    /** The first value of that column that cannot be cast to its type, or null. */
    static @Nullable UploadFinding first(
            LiveDuckDb duckDb, LoadRequest.Format format, Path upload, TableInfo.Column column) throws SQLException {
        String name = SqlText.identifier(column.name());
        String query = "SELECT n, left(v::VARCHAR, " + SHOWN + ") FROM (SELECT row_number() OVER () AS n, " + name
                + " AS v FROM " + UploadScan.of(format, upload) + ") WHERE v IS NOT NULL AND TRY_CAST(v AS "
                + column.type() + ") IS NULL ORDER BY n LIMIT 1";
        try (DuckDBConnection connection = duckDb.duplicate();
                Statement statement = connection.createStatement()) {
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

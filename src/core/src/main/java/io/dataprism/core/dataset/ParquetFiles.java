package io.dataprism.core.dataset;

import io.dataprism.plugin.TableInfo;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/** How the files of tables are written and read: Parquet, compressed, in the order of their rows. Everything blocks. */
final class ParquetFiles {

    private static final String OPTIONS =
            " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 61440, USE_TMP_FILE false)";
    private static final int TIMEOUT_SECONDS = 600;

    private ParquetFiles() {}

    /** The statement that writes what {@code query} answers into a new file. */
    static String copy(String query, Path parquet) {
        return "COPY (" + query + ") TO " + SqlText.literal(parquet) + OPTIONS;
    }

    /** Writes what {@code query} answers into a new file, and says how many rows there were. */
    static long write(DuckDBConnection connection, String query, Path parquet) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            statement.execute(copy(query, parquet));
        }
        return rows(connection, parquet);
    }

    /** How many rows a file has; reads its footer only. */
    static long rows(DuckDBConnection connection, Path parquet) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM " + scan(List.of(parquet)))) {
            count.next();
            return count.getLong(1);
        }
    }

    /** A table expression over these files, as they are stored. */
    static String scan(Collection<Path> files) {
        String paths = files.stream().map(SqlText::literal).collect(Collectors.joining(", "));
        return "read_parquet([" + paths + "], hive_partitioning = false)";
    }

    /** The columns of a table expression. */
    static List<TableInfo.Column> describe(DuckDBConnection connection, String scan) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DESCRIBE SELECT * FROM " + scan)) {
            return describe(statement);
        }
    }

    /** The columns that a prepared DESCRIBE names. */
    static List<TableInfo.Column> describe(PreparedStatement description) throws SQLException {
        List<TableInfo.Column> columns = new ArrayList<>();
        try (ResultSet result = description.executeQuery()) {
            while (result.next()) {
                columns.add(new TableInfo.Column(result.getString(1), result.getString(2)));
            }
        }
        return columns;
    }
}

package io.dataprism.core.dataset;

import io.dataprism.plugin.TableInfo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/** The types of ENUM columns with their values, as tables show them: of a query, the driver calls each of them {@code ENUM}. */
final class EnumTypes {

    private static final String BARE = "ENUM";

    /** Types of more characters together keep their bare name: they go before each answer. */
    static final int LENGTH_LIMIT = 64 << 10;

    private EnumTypes() {}

    /** Says what the engine calls the columns; blocks. */
    @FunctionalInterface
    interface Description {
        List<TableInfo.Column> read() throws SQLException;
    }

    /**
     * The same columns, with the values of each ENUM.
     *
     * @param description of the same columns in the same order; read only where there is an ENUM
     */
    static List<TableInfo.Column> written(List<TableInfo.Column> columns, Description description) throws SQLException {
        if (columns.stream().noneMatch(column -> column.type().equals(BARE))) {
            return columns;
        }
        List<TableInfo.Column> described = description.read();
        int length =
                described.stream().mapToInt(column -> column.type().length()).sum();
        if (length > LENGTH_LIMIT || described.size() != columns.size()) {
            return columns;
        }
        List<TableInfo.Column> written = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            TableInfo.Column column = columns.get(i);
            String type = column.type().equals(BARE) ? described.get(i).type() : column.type();
            written.add(new TableInfo.Column(column.name(), type));
        }
        return written;
    }

    /**
     * Asks the engine without running the statement. Blocks while it is planned.
     *
     * @param connection on which nothing is being read, and on which the statement can be prepared
     * @param sql approved
     */
    static List<TableInfo.Column> describe(DuckDBConnection connection, String sql, List<@Nullable Object> parameters)
            throws SQLException {
        try (DuckDBPreparedStatement description = (DuckDBPreparedStatement) connection.prepareStatement(
                "DESCRIBE SELECT * FROM (\n" + Approval.withoutEnd(connection, sql) + "\n)")) {
            DuckDbRun.bind(description, parameters);
            return ParquetFiles.describe(description);
        }
    }
}

package io.dataprism.plugins.postgres;

import io.dataprism.plugin.PluginException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a read asks the server.
 *
 * @param source the server, its database and the table, as text: what a checkpoint is of
 * @param columns empty: all
 * @param incremental the column that only grows; null: a read from the first row on
 * @param after the last value of that column that was read before, as text; null: none was
 */
record ReadQuery(
        TableName table,
        String source,
        List<String> columns,
        @Nullable String incremental,
        @Nullable String after) {

    private static final String SOURCE = "source";
    private static final String COLUMN = "column";
    private static final String VALUE = "value";

    ReadQuery {
        columns = List.copyOf(columns);
    }

    /**
     * @param params {@code {columns?, incremental?: {column}}}, checked by the host
     * @param checkpoint what {@link #checkpoint} answered before; of another source or column: it does not count
     */
    static ReadQuery of(
            Settings settings, String table, Map<String, @Nullable Object> params, @Nullable Object checkpoint) {
        TableName name = TableName.of(table);
        String source = settings.source(name);
        List<String> columns = new ArrayList<>();
        if (params.get("columns") instanceof List<?> list) {
            list.forEach(column -> columns.add(String.valueOf(column)));
        }
        String incremental =
                params.get("incremental") instanceof Map<?, ?> how && how.get(COLUMN) instanceof String growing
                        ? growing
                        : null;
        if (incremental != null && !columns.isEmpty() && !columns.contains(incremental)) {
            throw PluginException.invalidParameter(
                    "incremental/column", "is '" + incremental + "', which is not among the columns " + columns);
        }
        String after = checkpoint instanceof Map<?, ?> reached
                        && source.equals(reached.get(SOURCE))
                        && Objects.equals(reached.get(COLUMN), incremental)
                        && reached.get(VALUE) instanceof String value
                ? value
                : null;
        return new ReadQuery(name, source, columns, incremental, after);
    }

    /** What to remember where that value was the last one. */
    Map<String, @Nullable Object> checkpoint(String value) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put(SOURCE, source);
        json.put(COLUMN, incremental);
        json.put(VALUE, value);
        return json;
    }

    /** The statement, ready to be executed; rows come by cursor where the connection does not commit by itself. */
    PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(sql(), ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        if (incremental != null && after != null) {
            statement.setObject(1, after, Types.OTHER);
        }
        return statement;
    }

    String sql() {
        String list =
                columns.isEmpty() ? "*" : columns.stream().map(TableName::quote).collect(Collectors.joining(", "));
        String all = "SELECT " + list + " FROM " + table.quoted();
        if (incremental == null) {
            return all;
        }
        String column = TableName.quote(incremental);
        return all + " WHERE " + column + (after == null ? " IS NOT NULL" : " > ?") + " ORDER BY " + column;
    }
}

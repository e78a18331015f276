package io.dataprism.plugins.postgres;

import io.dataprism.plugin.ConnectionReport;
import io.dataprism.plugin.RemoteTable;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the server says of itself and of its tables. Blocks; used on the session's thread. */
final class ServerCatalog {

    private static final int MOST_TABLES = 10_000;

    /** Tables and views that this user may read, with their columns in order; reltuples is -1 where nothing was counted. */
    private static final String COLUMNS = """
            SELECT n.nspname, c.relname, c.relkind IN ('r', 'p', 'f') AND has_table_privilege(c.oid, 'INSERT'),
                   CASE WHEN c.relkind = 'r' AND c.reltuples >= 0 THEN c.reltuples::int8 END,
                   a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_t%'
              AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
            ORDER BY 1, 2, a.attnum
            """;

    private ServerCatalog() {}

    static List<RemoteTable> tables(Connection connection) throws SQLException {
        Map<String, RemoteTable> tables = new LinkedHashMap<>();
        Map<String, List<RemoteTable.Column>> columns = new HashMap<>();
        connection.setAutoCommit(false); // so that the rows come by cursor
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(COLUMNS)) {
            while (rows.next()) {
                String name = rows.getString(1) + "." + rows.getString(2);
                if (!tables.containsKey(name) && tables.size() == MOST_TABLES) {
                    break;
                }
                boolean writable = rows.getBoolean(3);
                Long count = rows.getObject(4, Long.class);
                tables.computeIfAbsent(name, first -> new RemoteTable(name, List.of(), count, writable));
                columns.computeIfAbsent(name, first -> new ArrayList<>())
                        .add(new RemoteTable.Column(rows.getString(5), rows.getString(6), rows.getBoolean(7)));
            }
        }
        return tables.values().stream()
                .map(table -> new RemoteTable(
                        table.name(), columns.getOrDefault(table.name(), List.of()), table.rows(), table.writable()))
                .toList();
    }

    static ConnectionReport report(Connection connection, Settings settings) throws SQLException {
        DatabaseMetaData server = connection.getMetaData();
        return new ConnectionReport(
                true,
                server.getDatabaseProductName() + " " + server.getDatabaseProductVersion() + " at " + settings
                        + (settings.sslMode() == Settings.SslMode.DISABLE ? ", not encrypted." : ", over TLS."));
    }
}

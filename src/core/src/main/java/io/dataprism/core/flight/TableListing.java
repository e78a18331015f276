package io.dataprism.core.flight;

import io.dataprism.core.engine.TableName;
import io.dataprism.plugin.TableInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server for its tables and keeps those that a statement here can name: with a name of the contract, and without a twin
 * that differs in case alone, for the gate does not tell those apart. One use, one thread; blocks.
 */
final class TableListing {

    private static final Logger LOG = LoggerFactory.getLogger(TableListing.class);

    /** The most that a node knows of one server. */
    private static final int TABLES_LIMIT = 10_000;

    private static final long BYTES_LIMIT = 256L << 20;
    private static final long UNKNOWN = -1;
    private static final Set<String> SYSTEM_SCHEMAS = Set.of("information_schema", "pg_catalog", "sys");

    private final SortedMap<String, TableInfo> found = new TreeMap<>();
    private final Set<String> ambiguous = new HashSet<>();
    private final Set<String> otherCase = new HashSet<>();

    private TableListing() {}

    /** The tables by name. Fails as Flight does. */
    static SortedMap<String, TableInfo> read(FlightConnection server, BufferAllocator allocator) {
        TableListing listing = new TableListing();
        try (BufferAllocator memory = allocator.newChildAllocator("flight-sql tables", 0, BYTES_LIMIT);
                FlightClient client = server.client(memory)) {
            var limit = server.settings().timeout();
            FlightInfo info = server.ask(
                    limit, options -> new FlightSqlClient(client).getTables(null, null, null, null, true, options));
            try (ResultStreams parts = new ResultStreams(server, client, info, memory, () -> server.options(limit))) {
                for (FlightStream rows = parts.advance(); rows != null; rows = parts.advance()) {
                    LoadedCheck.checkAll(rows.getRoot(), rows.getDictionaryProvider());
                    listing.add(rows.getRoot());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Asking for the tables was interrupted", e);
        }
        return listing.unambiguous();
    }

    private void add(VectorSchemaRoot rows) {
        for (int row = 0; row < rows.getRowCount() && found.size() < TABLES_LIMIT; row++) {
            String name = text(rows, "table_name", row);
            String schema = text(rows, "db_schema_name", row);
            String type = text(rows, "table_type", row);
            boolean system = (schema != null && SYSTEM_SCHEMAS.contains(schema.toLowerCase(Locale.ROOT)))
                    || (type != null && type.toUpperCase(Locale.ROOT).contains("SYSTEM"));
            if (name == null || system) {
                continue;
            }
            if (TableName.isLegal(name)) {
                List<TableInfo.Column> columns = columns(rows, row);
                found.putIfAbsent(name, new TableInfo(name, 1, UNKNOWN, UNKNOWN, columns));
            } else {
                otherCase.add(name.toLowerCase(Locale.ROOT));
            }
        }
    }

    private SortedMap<String, TableInfo> unambiguous() {
        for (String twin : otherCase) {
            if (found.remove(twin) != null) {
                ambiguous.add(twin);
            }
        }
        if (!ambiguous.isEmpty()) {
            LOG.warn("Tables of the Flight SQL server whose names differ in case alone are left out: {}", ambiguous);
        }
        if (found.size() >= TABLES_LIMIT) {
            LOG.warn("The Flight SQL server has more than {} tables; the others cannot be queried", TABLES_LIMIT);
        }
        return found;
    }

    private static @Nullable String text(VectorSchemaRoot rows, String column, int row) {
        return rows.getVector(column) instanceof VarCharVector texts && !texts.isNull(row)
                ? texts.getObject(row).toString()
                : null;
    }

    private static List<TableInfo.Column> columns(VectorSchemaRoot rows, int row) {
        if (!(rows.getVector("table_schema") instanceof VarBinaryVector schemas) || schemas.isNull(row)) {
            return List.of();
        }
        try {
            Schema schema = MessageSerializer.deserializeSchema(
                    new ReadChannel(Channels.newChannel(new ByteArrayInputStream(schemas.get(row)))));
            return ColumnTypes.of(schema, schema);
        } catch (IOException e) {
            throw new IllegalStateException("a schema of a table that cannot be read", e);
        }
    }
}

package io.dataprism.engine;

import io.dataprism.plugin.TableInfo;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tables, from the caller's side. Like {@link QueryService}: messages on the bus for the current context, permissions
 * checked, nothing blocks.
 */
public interface TableService {

    /** The tables that the caller may read, sorted by name. */
    Future<List<TableInfo>> tables();

    /** One table; fails with {@code PERMISSION_DENIED} (scope first) or {@code TABLE_NOT_FOUND}. */
    Future<TableInfo> table(String name);

    /** The versions that a table has had, oldest first; fails like {@link #table}. */
    Future<List<Long>> versions(String name);

    /**
     * Makes the next version of a table out of a file: all of it or nothing.
     *
     * @param file a complete upload on this node's disk; the engine moves or deletes it
     * @param format what the file holds
     * @param ifMatch the version that must be the current one; null: any
     */
    Future<Loaded> load(String name, Mode mode, Format format, Path file, @Nullable Long ifMatch);

    /** Succeeds where the caller may load that table, so that nobody sends what nobody will take. */
    Future<Void> admitLoad(String name);

    /**
     * Runs a query, with what the caller may read, and makes its rows the next version of a table: all of them or nothing. It is
     * listed and cancelled as the query of that id, which nobody else must know.
     *
     * @param ifMatch the version that must be the current one; null: any
     */
    Future<Loaded> keep(String name, Mode mode, QueryService.QueryRequest query, @Nullable Long ifMatch);

    /**
     * Drops a table.
     *
     * @param ifMatch the version that must be the current one; null: any
     */
    Future<Void> delete(String name, @Nullable Long ifMatch);

    /** How a load treats what is there. */
    enum Mode {
        CREATE,
        REPLACE,
        APPEND
    }

    /** What a file holds. */
    enum Format {
        PARQUET,
        CSV,
        NDJSON,
        JSON,
        ARROW_STREAM,
        ARROW_FILE
    }

    /**
     * The outcome of a load.
     *
     * @param created whether the table is new (HTTP 201) or changed (200)
     */
    record Loaded(TableInfo table, boolean created) {}
}

package io.dataprism.core.engine;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.TableInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What runs queries and keeps tables. DuckDB in this process is one; a server of Arrow Flight SQL elsewhere is another. Callers
 * cannot tell them apart but by what their configuration says.
 *
 * <p>Every method but {@link #close()} answers at once, from any thread, and works on bounded pools of the engine's own. Every
 * failure is a {@link io.dataprism.core.error.DataPrismException}. After {@link #close()} every call fails with
 * {@code DRAINING}.
 */
public interface QueryEngine extends AutoCloseable {

    /**
     * Opens a query.
     *
     * @param onEnd hears of the end, once, on an engine thread; must not block
     * @return succeeds with the first batch, or the end, at hand; fails with {@code OVERLOADED} at once where too many are open
     */
    CompletableFuture<OpenedQuery> query(QuerySpec spec, Consumer<QueryEnd> onEnd);

    /** Every query that is queued or running, oldest first. */
    List<QueryStatus> queries();

    /** One of them, or null where it is not open. */
    default @Nullable QueryStatus status(String queryId) {
        return queries().stream()
                .filter(query -> query.id().equals(queryId))
                .findFirst()
                .orElse(null);
    }

    /** Stops a query. Done once all that it held is free; fails with {@code QUERY_NOT_FOUND}. */
    CompletableFuture<@Nullable Void> cancel(String queryId);

    /** The tables inside the scope, sorted by name. */
    CompletableFuture<List<TableInfo>> tables(TableScope scope);

    /** One table and its versions; fails with {@code TABLE_NOT_FOUND}. */
    CompletableFuture<TableDetails> table(String name);

    /**
     * Makes the next version of a table: all of it or nothing.
     *
     * @return fails with {@code REQUEST_INVALID} for the name, {@code TABLE_EXISTS}, {@code TABLE_NOT_FOUND},
     *     {@code PRECONDITION_FAILED}, {@code DATA_INVALID}, {@code OVERLOADED} where too many loads wait, or this one has waited
     *     for {@link Loaders#WAIT_LIMIT}
     */
    CompletableFuture<LoadedTable> load(LoadRequest request);

    /**
     * Runs a query and makes its rows the next version of a table: all of them or nothing. It is a query like any other until its
     * rows are on disk: it waits, ends in time, is listed and cancelled as one.
     *
     * @param onEnd as of {@link #query}; rows that are kept are not counted
     * @return fails as {@link #load} and as {@link #query}
     */
    default CompletableFuture<LoadedTable> keep(KeepRequest request, Consumer<QueryEnd> onEnd) {
        return CompletableFuture.failedFuture(new DataPrismException(
                ErrorCode.REQUEST_INVALID,
                "The engine of this node keeps no results of queries as tables.",
                "Query the rows, and load them with PUT /v1/tables/{name}."));
    }

    /**
     * Writes an Arrow stream, which need not come from this engine, as a Parquet file. It is a query like any other: it waits, ends in
     * time, is listed and cancelled as one, and its batches are the pieces of the file, as of {@link QueryOutput#PARQUET}.
     *
     * @param spec its statement is only shown, and never run
     * @param arrow a complete Arrow stream; it is deleted, whatever happens
     * @param onEnd as of {@link #query}
     * @return fails as {@link #query}; with {@code NOT_ACCEPTABLE} where this engine writes no files
     */
    default CompletableFuture<OpenedQuery> export(QuerySpec spec, Path arrow, Consumer<QueryEnd> onEnd) {
        discard(arrow);
        return CompletableFuture.failedFuture(new DataPrismException(
                ErrorCode.NOT_ACCEPTABLE,
                "The engine of this node does not write datasets as Parquet.",
                "Accept application/vnd.apache.arrow.stream."));
    }

    /**
     * Drops a table; queries that read it go on.
     *
     * @param ifMatch the version that must be the newest; null: any
     * @return fails with {@code TABLE_NOT_FOUND}, {@code PRECONDITION_FAILED}, {@code OVERLOADED} as {@link #load}
     */
    CompletableFuture<@Nullable Void> drop(String table, @Nullable Long ifMatch);

    /** Deletes an upload that will not be loaded. */
    void discard(Path upload);

    /** The root of all memory of batches on this node: others take children of it, so that buffers can pass between them. */
    BufferAllocator allocator();

    /** What there is to do at this moment. */
    EngineCounters counters();

    /** Stops every query and frees everything. Blocks for some seconds at most. Batches that are still out stay readable. */
    @Override
    void close();
}

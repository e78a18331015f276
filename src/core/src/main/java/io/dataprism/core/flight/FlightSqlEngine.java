package io.dataprism.core.flight;

import io.dataprism.core.engine.EngineCounters;
import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.LoadedTable;
import io.dataprism.core.engine.OpenQueries;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QueryEnd;
import io.dataprism.core.engine.QueryEngine;
import io.dataprism.core.engine.QueryProblems;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.engine.QueryStatus;
import io.dataprism.core.engine.TableDetails;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server of Arrow Flight SQL as the engine. Its tables are the server's own: they are read here, and neither loaded nor
 * dropped. Opening blocks, but does not wait for the server, which may come later; closing blocks.
 */
public final class FlightSqlEngine implements QueryEngine {

    private static final Logger LOG = LoggerFactory.getLogger(FlightSqlEngine.class);

    /** Threads wait for the network here and not for a processor. They come on demand. */
    private static final int WORKERS = 64;

    private final BufferAllocator allocator = new RootAllocator();
    private final FlightConnection server;
    private final RemoteGate gate;
    private final RemoteTables tables;
    private final OpenQueries open;
    private final AtomicBoolean closed = new AtomicBoolean();

    private FlightSqlEngine(FlightSettings settings) {
        this.server = new FlightConnection(settings, allocator);
        this.gate = new RemoteGate();
        this.tables = new RemoteTables(this::askForTables);
        EngineLimits limits = settings.limits();
        this.open = new OpenQueries(
                new EngineLimits(
                        Math.max(WORKERS, limits.workers()),
                        limits.openQueries(),
                        limits.openQueriesPerUser(),
                        limits.batchBytes()),
                allocator,
                spec -> new FlightRun(server, tables, gate, spec, allocator),
                ended -> {});
    }

    /** Opens the engine. Blocks for some milliseconds; the server is first asked by the first query. */
    public static FlightSqlEngine open(FlightSettings settings) {
        return new FlightSqlEngine(settings);
    }

    private SortedMap<String, TableInfo> askForTables() {
        try {
            return TableListing.read(server, allocator);
        } catch (RuntimeException failure) {
            throw server.failures().explain(failure, server.settings().timeout());
        }
    }

    @Override
    public CompletableFuture<OpenedQuery> query(QuerySpec spec, Consumer<QueryEnd> onEnd) {
        return open.open(spec, onEnd);
    }

    @Override
    public List<QueryStatus> queries() {
        return open.statuses();
    }

    @Override
    public CompletableFuture<@Nullable Void> cancel(String queryId) {
        return open.cancel(queryId);
    }

    @Override
    public CompletableFuture<List<TableInfo>> tables(TableScope scope) {
        return known().thenApply(known -> known.tables().values().stream()
                .filter(table -> scope.allows(table.name()))
                .toList());
    }

    @Override
    public CompletableFuture<TableDetails> table(String name) {
        return known().thenCompose(known -> {
            TableInfo table = known.tables().get(name);
            return table == null
                    ? CompletableFuture.failedFuture(notFound(name))
                    : CompletableFuture.completedFuture(new TableDetails(table, List.of(table.version())));
        });
    }

    private CompletableFuture<RemoteTables.Known> known() {
        return closed.get() ? CompletableFuture.failedFuture(QueryProblems.draining()) : tables.current();
    }

    private DataPrismException notFound(String name) {
        return new DataPrismException(
                ErrorCode.TABLE_NOT_FOUND,
                "The Flight SQL server at " + server.settings().place() + " has no table '" + name + "'.",
                "GET /v1/tables lists the tables.");
    }

    @Override
    public CompletableFuture<LoadedTable> load(LoadRequest request) {
        discard(request.file());
        return CompletableFuture.failedFuture(notOurs("loaded", request.table()));
    }

    @Override
    public CompletableFuture<@Nullable Void> drop(String table, @Nullable Long ifMatch) {
        return CompletableFuture.failedFuture(notOurs("dropped", table));
    }

    private DataPrismException notOurs(String what, String table) {
        return closed.get()
                ? QueryProblems.draining()
                : new DataPrismException(
                        ErrorCode.STATE_CONFLICT,
                        "Table '" + table + "' cannot be " + what
                                + " here: the tables of this node are those of the Flight SQL" + " server at "
                                + server.settings().place() + ".",
                        "Change the table on that server; this node shows it within some seconds.");
    }

    @Override
    public void discard(Path upload) {
        try {
            Files.deleteIfExists(upload);
        } catch (IOException e) {
            LOG.warn("The upload {} could not be deleted", upload, e);
        }
    }

    @Override
    public BufferAllocator allocator() {
        return allocator;
    }

    @Override
    public EngineCounters counters() {
        return open.counters();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            open.close();
        } finally {
            tables.close();
            server.close();
            gate.close();
        }
    }
}

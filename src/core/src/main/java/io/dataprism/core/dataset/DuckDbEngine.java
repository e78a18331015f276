package io.dataprism.core.dataset;

import io.dataprism.core.dataset.gate.ApprovedStatements;
import io.dataprism.core.dataset.gate.StatementGate;
import io.dataprism.core.engine.EngineCounters;
import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.LoadedTable;
import io.dataprism.core.engine.Loaders;
import io.dataprism.core.engine.OpenQueries;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QueryEnd;
import io.dataprism.core.engine.QueryEngine;
import io.dataprism.core.engine.QueryRun;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.engine.QueryStatus;
import io.dataprism.core.engine.TableDetails;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** DuckDB in this process, over the datasets of a data folder. Opening and closing block. */
public final class DuckDbEngine implements QueryEngine {

    private final BufferAllocator allocator;
    private final LiveDuckDb duckDb;
    private final ExportFolder exports;
    private final Datasets datasets;
    private final UnshownTables unshown;
    private final ResultKeeper keeper;
    private final OpenQueries open;
    private final Loaders loaders = new Loaders();
    private final AtomicBoolean closed = new AtomicBoolean();

    private DuckDbEngine(EngineSettings settings, boolean alone) throws IOException {
        Path data = Files.createDirectories(settings.dataDirectory()).toRealPath();
        Path incoming = Files.createDirectories(data.resolve("incoming"));
        BlobStore blobs = new BlobStore(data.resolve("blobs").resolve("sha256"));
        // Arrow and the gate load their classes while DuckDB unpacks its library: both count when a node starts.
        CompletableFuture<BufferAllocator> arrow = CompletableFuture.supplyAsync(RootAllocator::new);
        CompletableFuture<StatementGate> lists = CompletableFuture.supplyAsync(StatementGate::new);
        SpillFolders.sweep(data);
        TableCatalog catalog = TableCatalog.open(data.resolve("tables"));
        this.exports = ExportFolder.open(data.resolve("exports"), settings.spillLimitBytes());
        TableViews views = new TableViews(catalog, blobs, new UnshownTables());
        this.unshown = views.unshown();
        List<Path> folders = List.of(blobs.root(), incoming, exports.path());
        this.duckDb = new LiveDuckDb(
                count -> DuckDbInstance.open(settings, SpillFolders.of(data, count), folders), views::showAll);
        this.allocator = arrow.join();
        StatementGate gate = lists.join();
        UploadConverter converter = new UploadConverter(duckDb, allocator);
        BlobKeeping keeping = new BlobKeeping(blobs, catalog, duckDb.changes(), this::openIds);
        TablePublisher publisher = new TablePublisher(views, duckDb, keeping);
        this.datasets = new Datasets(data, incoming, views, keeping, publisher, converter);
        Approval approval = new Approval(gate, new ApprovedStatements(), views, new FatalStatements(), this::isAlone);
        ResultKeeper results = new ResultKeeper(duckDb, approval, datasets, exports);
        this.keeper = results;
        DuckDbRun.Parts parts = new DuckDbRun.Parts(duckDb, approval, exports, this::openQueries, allocator);
        this.open = new OpenQueries(
                settings.limits(),
                allocator,
                spec -> {
                    QueryRun kept = results.runOf(spec);
                    return kept == null ? new DuckDbRun(parts, spec) : kept;
                },
                datasets::queryEnded);
        datasets.recover(alone);
    }

    /** Opens the engine over a data folder, which must be this process's alone. Blocks. */
    public static DuckDbEngine open(EngineSettings settings) {
        return open(settings, true);
    }

    /**
     * The same, of a node of a cluster: {@link Datasets#share} comes next, and a file is kept that no table of this node names, since it may
     * be one that the cluster's tables name. Blocks.
     */
    public static DuckDbEngine openToShare(EngineSettings settings) {
        return open(settings, false);
    }

    private static DuckDbEngine open(EngineSettings settings, boolean alone) {
        try {
            return new DuckDbEngine(settings, alone);
        } catch (IOException e) {
            throw TableProblems.disk(
                    "Opening the data folder " + settings.dataDirectory(), settings.dataDirectory(), e);
        }
    }

    /** The tables, for whoever may block. */
    public Datasets datasets() {
        return datasets;
    }

    /** What statements run on, below the gate. */
    LiveDuckDb duckDb() {
        return duckDb;
    }

    private Set<String> openIds() {
        return Set.copyOf(open.ids());
    }

    /** Whether nothing runs but one query, which asks. */
    private boolean isAlone() {
        return openQueries() <= 1 && loaders.busy() == 0;
    }

    private int openQueries() {
        return open.counters().open();
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
    public @Nullable QueryStatus status(String queryId) {
        return open.status(queryId);
    }

    @Override
    public CompletableFuture<@Nullable Void> cancel(String queryId) {
        return open.cancel(queryId);
    }

    @Override
    public CompletableFuture<List<TableInfo>> tables(TableScope scope) {
        return CompletableFuture.completedFuture(datasets.tables(scope));
    }

    @Override
    public CompletableFuture<TableDetails> table(String name) {
        TableEntry entry = datasets.find(name);
        if (entry != null) {
            return CompletableFuture.completedFuture(entry.details());
        }
        DataPrismException elsewhere = unshown.problem(name);
        return CompletableFuture.failedFuture(elsewhere == null ? TableProblems.notFound(name) : elsewhere);
    }

    @Override
    public CompletableFuture<LoadedTable> load(LoadRequest request) {
        CompletableFuture<LoadedTable> done = loaders.run(() -> datasets.load(request));
        done.whenComplete((loaded, failure) -> {
            if (failure != null) {
                discard(request.file());
            }
        });
        return done; // what follows it would wrap its failure
    }

    @Override
    public CompletableFuture<LoadedTable> keep(KeepRequest request, Consumer<QueryEnd> onEnd) {
        return keeper.keep(request, spec -> open.open(spec, onEnd), loaders::run);
    }

    @Override
    public CompletableFuture<OpenedQuery> export(QuerySpec spec, Path arrow, Consumer<QueryEnd> onEnd) {
        CompletableFuture<OpenedQuery> opened =
                open.open(spec, admitted -> new ExportRun(duckDb, allocator, admitted, exports, arrow), onEnd);
        opened.whenComplete((done, failure) -> {
            if (failure != null) {
                discard(arrow);
            }
        });
        return opened; // what follows it would wrap its failure
    }

    @Override
    public CompletableFuture<@Nullable Void> drop(String table, @Nullable Long ifMatch) {
        return loaders.run(() -> {
            datasets.drop(table, ifMatch);
            return null;
        });
    }

    @Override
    public void discard(Path upload) {
        datasets.discard(upload);
    }

    @Override
    public BufferAllocator allocator() {
        return allocator;
    }

    @Override
    public EngineCounters counters() {
        return open.counters().withRestarts(duckDb.restarts());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            open.close();
        } finally {
            datasets.close();
            loaders.close();
            duckDb.close();
            exports.close();
        }
    }
}

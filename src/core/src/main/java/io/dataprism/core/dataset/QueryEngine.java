package io.dataprism.core.dataset;

import io.dataprism.core.dataset.gate.StatementGate;
import io.dataprism.core.error.DataPrismException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The engine of a node: queries and tables. Opening and closing block; everything else answers at once, from any thread, and
 * works on bounded pools of its own. After {@link #close()} every call fails with {@code DRAINING}.
 */
public final class QueryEngine implements AutoCloseable {

    private static final int CLOSERS = 2;
    private static final int LOADERS = 2;
    private static final int QUEUED_LOADS = 32;
    private static final int CLOSE_TIMEOUT_SECONDS = 5;
    private static final int INTERRUPT_MILLIS = 500;

    private final EngineSettings settings;
    private final BufferAllocator allocator;
    private final DuckDbInstance duckDb;
    private final TableCatalog catalog;
    private final Datasets datasets;
    private final StatementGate gate;
    private final ThreadPoolExecutor workers;
    private final ThreadPoolExecutor closers;
    private final ThreadPoolExecutor loaders;
    private final ScheduledExecutorService timer;
    private final Semaphore admission;
    private final Map<String, QueryCursor> open = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private QueryEngine(EngineSettings settings) throws IOException {
        this.settings = settings;
        Path data = Files.createDirectories(settings.dataDirectory()).toRealPath();
        Path incoming = Files.createDirectories(data.resolve("incoming"));
        BlobStore blobs = new BlobStore(data.resolve("blobs").resolve("sha256"));
        // Arrow and the gate load their classes while DuckDB unpacks its library: both count when a node starts.
        CompletableFuture<BufferAllocator> arrow = CompletableFuture.supplyAsync(RootAllocator::new);
        CompletableFuture<StatementGate> lists = CompletableFuture.supplyAsync(StatementGate::new);
        this.catalog = TableCatalog.open(data.resolve("tables"));
        this.duckDb = DuckDbInstance.open(settings, data.resolve("spill"), List.of(blobs.root(), incoming));
        this.allocator = arrow.join();
        this.gate = lists.join();
        UploadConverter converter = new UploadConverter(duckDb, allocator);
        this.datasets =
                new Datasets(data, incoming, blobs, catalog, duckDb, converter, () -> Set.copyOf(open.keySet()));
        this.workers = EngineThreads.pool("engine-worker", settings.workers(), 2 * settings.openQueriesLimit());
        this.closers = EngineThreads.pool("engine-closer", CLOSERS, 2 * settings.openQueriesLimit());
        this.loaders = EngineThreads.pool("engine-loader", LOADERS, QUEUED_LOADS);
        this.timer = Executors.newSingleThreadScheduledExecutor(threads("engine-timer"));
        this.admission = new Semaphore(settings.openQueriesLimit());
        datasets.recover();
        timer.scheduleWithFixedDelay(
                new MemoryFuse(this::relieve),
                MemoryFuse.PERIOD_MILLIS,
                MemoryFuse.PERIOD_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Better all running queries than the node. */
    private void relieve() {
        open.values().stream().filter(cursor -> cursor.status().running()).forEach(cursor -> {
            DataPrismException reason = QueryProblems.outOfMemory();
            cursor.stop(reason);
            cursor.failOpening(reason);
        });
    }

    private static ThreadFactory threads(String name) {
        return task -> Thread.ofPlatform().name(name).daemon().unstarted(task);
    }

    /** Opens the engine over a data folder, which must be this process's alone. Blocks. */
    public static QueryEngine open(EngineSettings settings) {
        try {
            return new QueryEngine(settings);
        } catch (IOException e) {
            throw TableProblems.disk("Opening the data folder " + settings.dataDirectory(), e);
        }
    }

    /** The tables. */
    public Datasets datasets() {
        return datasets;
    }

    /** The root of all memory of batches on this node: others take children of it, so that buffers can pass between them. */
    public BufferAllocator allocator() {
        return allocator;
    }

    /** {@link Datasets#load} on one of the engine's loaders; {@code OVERLOADED} where too many wait. */
    public CompletableFuture<Datasets.Loaded> load(LoadRequest request) {
        CompletableFuture<Datasets.Loaded> done = onLoader(() -> datasets.load(request));
        if (done.isCompletedExceptionally()) {
            discard(request.file());
        }
        return done;
    }

    /** Deletes an upload that will not be loaded. */
    public void discard(Path upload) {
        datasets.discard(upload);
    }

    /** {@link Datasets#drop} on one of the engine's loaders. */
    public CompletableFuture<@Nullable Void> drop(String table) {
        return onLoader(() -> {
            datasets.drop(table);
            return null;
        });
    }

    private <T extends @Nullable Object> CompletableFuture<T> onLoader(Supplier<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            loaders.execute(() -> {
                try {
                    done.complete(work.get());
                } catch (Throwable failure) {
                    done.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException full) {
            done.completeExceptionally(
                    closed.get() ? QueryProblems.draining() : QueryProblems.tooManyLoads(QUEUED_LOADS));
        }
        return done;
    }

    /** Threads that are busy with queries at this moment. */
    public int busyWorkers() {
        return workers.getActiveCount();
    }

    /** How many queries may be open at the same time. */
    public int openQueriesLimit() {
        return settings.openQueriesLimit();
    }

    /**
     * Opens a query.
     *
     * @param onEnd hears of the end, once, on an engine thread; must not block
     * @return fails with a {@link DataPrismException} of the contract, {@code OVERLOADED} at once where too many are open
     */
    public CompletableFuture<OpenedQuery> query(QuerySpec spec, Consumer<QueryEnd> onEnd) {
        if (closed.get()) {
            return CompletableFuture.failedFuture(QueryProblems.draining());
        }
        if (!admission.tryAcquire()) {
            return CompletableFuture.failedFuture(QueryProblems.overloaded(settings.openQueriesLimit()));
        }
        QueryRun run = new QueryRun(duckDb, gate, catalog, spec, allocator);
        Deadline deadline = new Deadline();
        QueryCursor cursor = new QueryCursor(spec, run, workers, closers, end -> {
            deadline.cancel();
            open.remove(spec.id());
            admission.release();
            datasets.queryEnded(spec.id());
            onEnd.accept(end);
        });
        if (open.putIfAbsent(spec.id(), cursor) != null) {
            admission.release();
            return CompletableFuture.failedFuture(QueryProblems.idTaken(spec.id()));
        }
        deadline.set(timer.schedule(
                () -> expire(cursor, QueryProblems.timeout(spec.timeout())),
                spec.timeout().toMillis(),
                TimeUnit.MILLISECONDS));
        return cursor.start();
    }

    private void expire(QueryCursor cursor, DataPrismException reason) {
        cursor.stop(reason);
        if (!closed.get()) {
            timer.schedule(() -> cursor.failOpening(reason), INTERRUPT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Every query that is queued or running, oldest first. */
    public List<QueryStatus> queries() {
        List<QueryStatus> all = new ArrayList<>();
        open.values().forEach(cursor -> all.add(cursor.status()));
        all.sort(Comparator.comparing(QueryStatus::startedAt));
        return all;
    }

    /** Stops a query. Done once all that it held is free; fails with {@code QUERY_NOT_FOUND}. */
    public CompletableFuture<@Nullable Void> cancel(String queryId) {
        QueryCursor cursor = open.get(queryId);
        return cursor == null
                ? CompletableFuture.failedFuture(QueryProblems.notFound(queryId))
                : cursor.stop(QueryProblems.cancelled(queryId));
    }

    /** Stops every query and frees everything. Blocks for some seconds at most. Batches that are still out stay readable. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture<?>[] stopped = open.values().stream()
                .map(cursor -> cursor.stop(QueryProblems.draining()))
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(stopped)
                    .orTimeout(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(late -> null)
                    .join();
        } finally {
            timer.shutdownNow();
            workers.shutdown();
            closers.shutdown();
            loaders.shutdown();
            awaitLoaders();
            duckDb.close();
        }
    }

    private void awaitLoaders() {
        try {
            loaders.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The timer of one query, which may end before its timer is known. */
    private static final class Deadline {

        private @Nullable ScheduledFuture<?> timer;
        private boolean cancelled;

        synchronized void set(ScheduledFuture<?> scheduled) {
            timer = scheduled;
            if (cancelled) {
                scheduled.cancel(false);
            }
        }

        synchronized void cancel() {
            cancelled = true;
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }
}

package io.dataprism.core.engine;

import io.dataprism.core.error.DataPrismException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queries of one engine, from their admission to their end, each within its time. Answers at once from any thread, but for
 * {@link #close()}. After that every call fails with {@code DRAINING}.
 */
public final class OpenQueries implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OpenQueries.class);

    private static final int CLOSE_TIMEOUT_SECONDS = 5;
    private static final int INTERRUPT_MILLIS = 500;

    private final Function<QuerySpec, QueryRun> runs;
    private final Consumer<String> whenFreed;
    private final Admission admission;
    private final FairWorkers workers;
    private final ThreadPoolExecutor closers;
    private final ScheduledExecutorService timer;
    private final Map<String, QueryCursor> open = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param allocator the root of the batches, whose size decides whether another query is admitted
     * @param runs makes the run of a statement; must not block
     * @param whenFreed hears the id of each query once all that it held is free; on an engine thread, may block for a moment
     */
    public OpenQueries(
            EngineLimits limits,
            BufferAllocator allocator,
            Function<QuerySpec, QueryRun> runs,
            Consumer<String> whenFreed) {
        this.runs = runs;
        this.whenFreed = whenFreed;
        this.admission = new Admission(limits, allocator);
        this.workers = new FairWorkers("engine-worker", limits.workers(), limits.openQueries());
        // one for each query, since a function of the engine that hears of no interrupt holds whoever closes its
        // connection
        this.closers = EngineThreads.onDemand("engine-closer", 2 * limits.openQueries());
        this.timer = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().name("engine-timer").daemon().unstarted(task));
        MemoryFuse fuse = new MemoryFuse(this::relieve);
        timer.scheduleWithFixedDelay(
                () -> guarded(() -> {
                    if (!open.isEmpty()) {
                        fuse.run();
                    }
                }),
                MemoryFuse.PERIOD_MILLIS,
                MemoryFuse.PERIOD_MILLIS,
                TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(
                () -> guarded(() -> workers.tick(System.nanoTime())),
                FairWorkers.TICK_MILLIS,
                FairWorkers.TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** As {@link QueryEngine#query}. */
    public CompletableFuture<OpenedQuery> open(QuerySpec spec, Consumer<QueryEnd> onEnd) {
        return open(spec, runs, onEnd);
    }

    /** The same with a run of another kind, which is made once there is a place for it. */
    public CompletableFuture<OpenedQuery> open(
            QuerySpec spec, Function<QuerySpec, QueryRun> kind, Consumer<QueryEnd> onEnd) {
        if (closed.get()) {
            return CompletableFuture.failedFuture(QueryProblems.draining());
        }
        DataPrismException refusal = admission.tryEnter(spec.user());
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        Deadline deadline = new Deadline();
        QueryCursor.Listener listener = new QueryCursor.Listener() {

            @Override
            public void freed() {
                deadline.cancel();
                open.remove(spec.id());
                admission.leave(spec.user());
                whenFreed.accept(spec.id());
            }

            @Override
            public void ended(QueryEnd end) {
                onEnd.accept(end);
            }
        };
        QueryRun run = kind.apply(spec);
        QueryCursor cursor = new QueryCursor(spec, run, workers.lane(spec.user()), closers, listener);
        if (open.putIfAbsent(spec.id(), cursor) != null) {
            run.close();
            admission.leave(spec.user());
            return CompletableFuture.failedFuture(QueryProblems.idTaken(spec.id()));
        }
        try {
            deadline.set(timer.schedule(
                    () -> expire(cursor, QueryProblems.timeout(spec.timeout())),
                    spec.timeout().toMillis(),
                    TimeUnit.MILLISECONDS));
        } catch (RejectedExecutionException justClosed) {
            run.close();
            listener.freed();
            return CompletableFuture.failedFuture(QueryProblems.draining());
        }
        return cursor.start();
    }

    /** A timer gives a task up that lets anything escape. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error escaped) {
            LOG.error("A look at the open queries failed", escaped);
        }
    }

    private void expire(QueryCursor cursor, DataPrismException reason) {
        cursor.stop(reason);
        if (!closed.get()) {
            timer.schedule(() -> cursor.failOpening(reason), INTERRUPT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Better all running queries than the node. */
    private void relieve() {
        open.values().stream().filter(QueryCursor::isRunning).forEach(cursor -> {
            DataPrismException reason = QueryProblems.outOfMemory();
            cursor.stop(reason);
            cursor.failOpening(reason);
        });
    }

    /** Whether a query of that id is open. */
    public boolean contains(String queryId) {
        return open.containsKey(queryId);
    }

    /** The ids of all. */
    public List<String> ids() {
        return List.copyOf(open.keySet());
    }

    /** As {@link QueryEngine#queries}. */
    public List<QueryStatus> statuses() {
        List<QueryStatus> all = new ArrayList<>();
        open.values().forEach(cursor -> all.add(cursor.status()));
        all.sort(Comparator.comparing(QueryStatus::startedAt));
        return all;
    }

    /** As {@link QueryEngine#status}. */
    public @Nullable QueryStatus status(String queryId) {
        QueryCursor cursor = open.get(queryId);
        return cursor == null ? null : cursor.status();
    }

    /** As {@link QueryEngine#cancel}. */
    public CompletableFuture<@Nullable Void> cancel(String queryId) {
        QueryCursor cursor = open.get(queryId);
        return cursor == null
                ? CompletableFuture.failedFuture(QueryProblems.notFound(queryId))
                : cursor.stop(QueryProblems.cancelled(queryId));
    }

    /** As {@link QueryEngine#counters}. */
    public EngineCounters counters() {
        return new EngineCounters(open.size(), workers.busy(), workers.waiting(), admission.refusals(), 0);
    }

    /** Stops every query. Blocks for some seconds at most. */
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
            workers.close();
            closers.shutdown();
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

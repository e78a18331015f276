package io.dataprism.core.engine;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * A query from its admission to its end: loads a batch only while one is wanted, on a worker that it gives back in between.
 *
 * <p>All work is done by {@link #drain}, which never runs twice at a time ({@code work} counts the reasons to run it again).
 * Whoever wants something from outside sets a field and schedules it. A stop closes the connection first, so that a worker that
 * is inside the engine comes out.
 *
 * <pre>
 *   queued -> opening -> streaming <-> parked -> ended
 *      \_________\___________\___________\______/   stop: cancelled, timed out, failed
 * </pre>
 */
final class QueryCursor implements Publisher<Batch>, Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(QueryCursor.class);

    private static final DataPrismException CANCELLED =
            new DataPrismException(ErrorCode.QUERY_NOT_FOUND, "Cancelled.", "Run the query again.");

    /** What a small result has at most, so that nobody holds much who has not asked for it yet. */
    private static final int SMALL_ROWS = 2_048;

    private static final int SMALL_BATCHES = 1;
    private static final long SMALL_BYTES = BatchCutter.BYTES_LIMIT;

    private final QuerySpec spec;
    private final QueryRun run;
    private final Executor workers;
    private final Executor closers;
    private final Listener listener;
    private final Instant startedAt = Instant.now();
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<OpenedQuery> opened = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    private final AtomicInteger work = new AtomicInteger();
    private final AtomicLong demand = new AtomicLong();
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private volatile @Nullable Subscriber<? super Batch> subscriber;
    private volatile boolean interrupted;
    private volatile boolean running;
    private volatile long rows;
    private volatile long bytes;
    private volatile double percent;

    // of the drain alone
    private final Deque<Batch> ready = new ArrayDeque<>();
    private boolean open;
    private boolean exhausted;
    private boolean over;
    private boolean told;

    /** Why it ends; null: it has reached its end. The first to set one decides. */
    private record Ending(@Nullable DataPrismException failure) {}

    /** Hears of the end, once. Before the subscriber does, but where the answer was given away whole. */
    interface Listener {

        /** All that it held is free. */
        void freed();

        /** To be told to others. After the answer has been given away, where that is whole. */
        void ended(QueryEnd end);
    }

    QueryCursor(QuerySpec spec, QueryRun run, Executor workers, Executor closers, Listener listener) {
        this.spec = spec;
        this.run = run;
        this.workers = workers;
        this.closers = closers;
        this.listener = listener;
    }

    /** Begins. Succeeds with the first batch or the end at hand. */
    CompletableFuture<OpenedQuery> start() {
        schedule(workers);
        return opened;
    }

    /** Cancels for whatever reason; done once everything is freed. */
    CompletableFuture<@Nullable Void> stop(DataPrismException reason) {
        if (ending.compareAndSet(null, new Ending(reason))) {
            closers.execute(() -> {
                run.interrupt();
                interrupted = true;
                schedule(Runnable::run);
            });
        }
        return ended;
    }

    /**
     * Lets nobody wait for the opening any longer: a function of the engine that cannot be interrupted keeps the worker, and
     * must not keep the caller. After {@link #stop}.
     */
    void failOpening(DataPrismException reason) {
        opened.completeExceptionally(reason);
    }

    /** Whether it has a worker, or had one; asks nobody. */
    boolean isRunning() {
        return running;
    }

    QueryStatus status() {
        double now = running ? Math.max(percent, run.percent()) : percent; // only what is asked for is worked out
        percent = Math.max(percent, now);
        return new QueryStatus(spec.id(), spec.sql(), spec.user(), running, startedAt, rows, bytes, now);
    }

    @Override
    public void subscribe(Subscriber<? super Batch> newSubscriber) {
        if (!subscribed.compareAndSet(false, true)) {
            Flux.<Batch>error(new IllegalStateException("Query " + spec.id() + " has its one subscriber already."))
                    .subscribe(newSubscriber);
            return;
        }
        newSubscriber.onSubscribe(this);
        subscriber = newSubscriber;
        schedule(workers);
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            stop(new DataPrismException(
                    ErrorCode.REQUEST_INVALID, "The demand was " + n + ", at least 1 is legal.", "Request more."));
            return;
        }
        demand.accumulateAndGet(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
        schedule(workers);
    }

    @Override
    public void cancel() {
        stop(CANCELLED);
    }

    private void schedule(Executor executor) {
        if (work.getAndIncrement() == 0) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        int reasons = work.get();
        while (reasons != 0) {
            if (over) {
                tellSubscriber();
            } else {
                advance();
            }
            reasons = work.addAndGet(-reasons);
        }
    }

    private void advance() {
        try {
            if (!open && ending.get() == null) {
                openRun();
            }
            if (!over) {
                emit();
            }
        } catch (Exception failure) {
            failed(failure);
        } catch (Error failure) {
            // whatever it is: nobody would ever come back to a query that it left half-way
            LOG.error("Query {} met an error of the virtual machine", spec.id(), failure);
            failed(new IllegalStateException("The query was too much", failure));
        }
    }

    /** A failure that a stop has caused is no news. */
    private void failed(Exception failure) {
        finish(ending.get() == null ? run.explain(failure) : null);
    }

    private void openRun() throws Exception {
        running = true;
        run.open();
        open = true;
        if (ending.get() == null) {
            load();
            if (!openWhole()) {
                opened.complete(new OpenedQuery(spec.id(), run.schema(), run.columns(), Flux.from(this), null));
            }
        }
    }

    /** A small result is at its end with the first load: it is given away at once, and the query is over. */
    private boolean openWhole() throws Exception {
        if (!exhausted && run.isEndNear()) {
            load();
        }
        if (!exhausted || ready.size() > SMALL_BATCHES || loadedRows() > SMALL_ROWS || loadedBytes() > SMALL_BYTES) {
            return false;
        }
        List<Batch> whole = List.copyOf(ready);
        rows = whole.stream().mapToLong(Batch::rowCount).sum();
        bytes = whole.stream().mapToLong(Batch::sizeBytes).sum();
        OpenedQuery query =
                new OpenedQuery(spec.id(), run.schema(), run.columns(), new WholeBatches(whole).flux(), whole);
        if (!ending.compareAndSet(null, new Ending(null))) {
            return true;
        }
        over = true; // from here on nothing fails
        ready.clear();
        closeRun();
        heard(listener::freed);
        if (!opened.complete(query)) {
            whole.forEach(Batch::close); // nobody waited any longer
        }
        report(null);
        ended.complete(null);
        return true;
    }

    private long loadedRows() {
        return ready.stream().mapToLong(Batch::rowCount).sum();
    }

    private long loadedBytes() {
        return ready.stream().mapToLong(Batch::sizeBytes).sum();
    }

    private void load() throws Exception {
        List<Batch> batches = run.next();
        if (batches == null) {
            exhausted = true;
            percent = 100;
        } else {
            ready.addAll(batches);
        }
    }

    private void emit() throws Exception {
        Subscriber<? super Batch> to = subscriber;
        while (ending.get() == null && to != null) {
            Batch batch = demand.get() > 0 ? ready.poll() : null;
            if (batch != null) {
                hand(to, batch);
            } else if (exhausted && ready.isEmpty()) {
                finish(null);
            } else if (ready.isEmpty() && demand.get() > 0) {
                load();
            } else {
                return;
            }
        }
        if (ending.get() != null) {
            finish(null);
        }
    }

    private void hand(Subscriber<? super Batch> to, Batch batch) {
        rows += batch.rowCount();
        bytes += batch.sizeBytes();
        demand.updateAndGet(wanted -> wanted == Long.MAX_VALUE ? wanted : wanted - 1);
        to.onNext(batch);
    }

    /**
     * Frees everything and tells everybody, unless a stop has come first and its closer is still at work on the connection: then
     * nothing, for that closer schedules one more round.
     */
    private void finish(@Nullable DataPrismException own) {
        Ending mine = new Ending(own);
        boolean first = ending.compareAndSet(null, mine);
        if (over || (!first && !interrupted)) {
            return;
        }
        over = true;
        ready.forEach(Batch::close);
        ready.clear();
        closeRun();
        Ending decided = ending.get();
        tell(decided == null ? own : decided.failure());
    }

    /** What cannot be closed must not keep the query from ending. */
    private void closeRun() {
        try {
            run.close();
        } catch (RuntimeException | Error unclosed) {
            LOG.error("Query {} could not be closed", spec.id(), unclosed);
        }
    }

    private void tell(@Nullable DataPrismException failure) {
        heard(listener::freed);
        report(failure);
        if (failure != null) {
            opened.completeExceptionally(failure);
        }
        try {
            tellSubscriber();
        } finally {
            ended.complete(null);
        }
    }

    private void report(@Nullable DataPrismException failure) {
        QueryEnd.State state = failure == null
                ? QueryEnd.State.COMPLETED
                : failure.code() == ErrorCode.QUERY_NOT_FOUND ? QueryEnd.State.CANCELLED : QueryEnd.State.FAILED;
        DataPrismException shown = state == QueryEnd.State.FAILED ? failure : null;
        Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);
        QueryEnd end = new QueryEnd(spec.id(), rows, bytes, duration, state, shown);
        heard(() -> listener.ended(end));
    }

    private void heard(Runnable word) {
        try {
            word.run();
        } catch (RuntimeException | Error unheard) {
            LOG.error("The end of query {} was not heard in full", spec.id(), unheard);
        }
    }

    /** Once, also where it subscribes only after the end. */
    private void tellSubscriber() {
        Subscriber<? super Batch> to = subscriber;
        Ending decided = ending.get();
        if (told || to == null || decided == null) {
            return;
        }
        told = true;
        DataPrismException failure = decided.failure();
        if (failure == null) {
            to.onComplete();
        } else if (failure != CANCELLED) {
            to.onError(failure);
        }
    }
}

package io.dataprism.core.engine;

import io.dataprism.core.error.DataPrismException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where changes of tables block: {@value #THREADS} at a time, {@value #QUEUED} more wait. One whose turn comes later than
 * {@link #WAIT_LIMIT} after it was handed in is not carried out: its caller has given up, or is about to. Safe on any thread;
 * only {@link #close()} blocks, and after it every change fails with {@code DRAINING}.
 */
public final class Loaders implements AutoCloseable {

    /** How long a change may wait for its turn. Who asks for one must wait longer than that, or not learn what became of it. */
    public static final Duration WAIT_LIMIT = Duration.ofMinutes(10);

    static final int THREADS = 2;
    static final int QUEUED = 32;
    private static final int CLOSE_TIMEOUT_SECONDS = 5;

    private final ThreadPoolExecutor threads = EngineThreads.pool("engine-loader", THREADS, QUEUED);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LongSupplier nanoTime;

    public Loaders() {
        this(System::nanoTime);
    }

    /** @param nanoTime as {@link System#nanoTime} */
    Loaders(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Carries a change out when its turn comes.
     *
     * @return what the work answers or throws; {@code OVERLOADED} where too many wait, and where it has waited too long
     */
    public <T extends @Nullable Object> CompletableFuture<T> run(Supplier<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        long handedInNanos = nanoTime.getAsLong();
        try {
            threads.execute(() -> {
                try {
                    requireInTime(handedInNanos);
                    done.complete(work.get());
                } catch (Throwable failure) {
                    done.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException full) {
            done.completeExceptionally(closed.get() ? QueryProblems.draining() : QueryProblems.tooManyLoads(QUEUED));
        }
        return done;
    }

    private void requireInTime(long handedInNanos) throws DataPrismException {
        if (nanoTime.getAsLong() - handedInNanos > WAIT_LIMIT.toNanos()) {
            throw QueryProblems.loadWaitedTooLong(WAIT_LIMIT);
        }
    }

    /** How many changes are being carried out now. */
    public int busy() {
        return threads.getActiveCount();
    }

    /** Takes nothing more, and waits for what there is, for {@value #CLOSE_TIMEOUT_SECONDS} s at most. */
    @Override
    public void close() {
        closed.set(true);
        threads.shutdown();
        try {
            threads.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.dataprism.core.flight;

import io.dataprism.core.engine.EngineThreads;
import io.dataprism.core.engine.QueryProblems;
import io.dataprism.plugin.TableInfo;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server's tables were a moment ago. Asked anew when that is more than {@value #GOOD_SECONDS} s ago, once for all who
 * wait. Any thread; answers at once.
 */
final class RemoteTables implements AutoCloseable {

    static final int GOOD_SECONDS = 2;

    private static final int QUEUED = 16;
    private static final long GOOD_NANOS = GOOD_SECONDS * 1_000_000_000L;

    private final Supplier<SortedMap<String, TableInfo>> source;
    private final ThreadPoolExecutor askers = EngineThreads.pool("flight-tables", 1, QUEUED);
    private @Nullable CompletableFuture<Known> asked;

    /** @param atNanos when the server was asked */
    record Known(SortedMap<String, TableInfo> tables, long atNanos) {}

    /** @param source asks the server; blocks */
    RemoteTables(Supplier<SortedMap<String, TableInfo>> source) {
        this.source = source;
    }

    synchronized CompletableFuture<Known> current() {
        CompletableFuture<Known> last = asked;
        if (last != null && (!last.isDone() || isGood(last))) {
            return last.copy();
        }
        CompletableFuture<Known> next = new CompletableFuture<>();
        try {
            askers.execute(() -> ask(next));
        } catch (RejectedExecutionException closed) {
            next.completeExceptionally(QueryProblems.draining());
        }
        asked = next;
        return next.copy();
    }

    private static boolean isGood(CompletableFuture<Known> last) {
        return !last.isCompletedExceptionally()
                && System.nanoTime() - last.join().atNanos() < GOOD_NANOS;
    }

    private void ask(CompletableFuture<Known> answer) {
        long now = System.nanoTime();
        try {
            answer.complete(new Known(source.get(), now));
        } catch (Throwable failure) {
            answer.completeExceptionally(failure);
        }
    }

    @Override
    public void close() {
        askers.shutdownNow();
    }
}

package io.dataprism.load.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits, within a bound, for something that only looking can tell. Blocks the caller; looks on a thread of its own. */
public final class Await {

    private Await() {}

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition {
        boolean isMet() throws IOException;
    }

    /**
     * Waits until the condition is met, and no longer than the limit.
     *
     * @param period between two looks; the first comes at once
     * @return whether it was met
     * @throws IOException what a look threw, which ends the wait
     */
    public static boolean atMost(Duration limit, Duration period, Condition condition)
            throws IOException, InterruptedException {
        CompletableFuture<Void> met = new CompletableFuture<>();
        ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().name("await").daemon().unstarted(task));
        try {
            looks.scheduleWithFixedDelay(() -> look(condition, met), 0, period.toMillis(), TimeUnit.MILLISECONDS);
            met.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException failed) {
            throw new IOException("What was waited for could not be looked at.", failed.getCause());
        } finally {
            looks.shutdownNow();
        }
    }

    private static void look(Condition condition, CompletableFuture<Void> met) {
        try {
            if (!met.isDone() && condition.isMet()) {
                met.complete(null);
            }
        } catch (IOException | RuntimeException failed) {
            met.completeExceptionally(failed);
        }
    }
}

package io.dataprism.cluster.event;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which everything about the rings happens, one thing after the other, none of which waits. What is given to it after its
 * end is left undone.
 */
final class RingThread implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RingThread.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final ScheduledThreadPoolExecutor executor;

    RingThread() {
        executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("event-rings").daemon().factory());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(guarded(task));
        } catch (RejectedExecutionException ended) {
            LOG.trace("Left undone, for the log of events is closed", ended);
        }
    }

    void after(Duration delay, Runnable task) {
        try {
            executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException ended) {
            LOG.trace("Left undone, for the log of events is closed", ended);
        }
    }

    void every(Duration period, Runnable task) {
        executor.scheduleWithFixedDelay(guarded(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                LOG.error("Something about the rings of events failed", failure);
            }
        };
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The thread of the rings of events did not end within {} s", CLOSE_LIMIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

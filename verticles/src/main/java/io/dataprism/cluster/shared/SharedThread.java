package io.dataprism.cluster.shared;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that looks after what is shared: a look at everything, again and again, and between looks the keys that were hinted at, each
 * once however often it was. Hints beyond {@value #HINTS_LIMIT} are dropped and counted; the next look finds what they were about.
 */
final class SharedThread implements AutoCloseable {

    static final int HINTS_LIMIT = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(SharedThread.class);
    private static final int END_SECONDS = 5;
    private static final int SOON_MILLIS = 250;

    private final Runnable look;
    private final AtomicLong dropped;
    private final Set<Hint> hints = new LinkedHashSet<>();
    private final ScheduledThreadPoolExecutor executor;
    private boolean lookAsked;

    /** That a key of a map may have changed. */
    private record Hint(HazelcastSharedMap map, String key) {}

    /**
     * @param look at everything
     * @param dropped counts hints
     */
    SharedThread(Runnable look, AtomicLong dropped) {
        this.look = look;
        this.dropped = dropped;
        this.executor = new ScheduledThreadPoolExecutor(
                1, task -> Thread.ofPlatform().name("shared-maps").daemon().unstarted(task));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /** Looks every so often from now on. */
    void begin(Duration period) {
        executor.scheduleWithFixedDelay(
                () -> guarded(look), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    void hint(HazelcastSharedMap map, String key) {
        synchronized (hints) {
            if (hints.size() >= HINTS_LIMIT) {
                dropped.incrementAndGet();
                return;
            }
            boolean first = hints.isEmpty();
            if (!hints.add(new Hint(map, key)) || !first) {
                return;
            }
        }
        execute(this::followHints);
    }

    /** Looks at everything soon; once, however often it is asked for until then. */
    void lookSoon() {
        synchronized (hints) {
            if (lookAsked) {
                return;
            }
            lookAsked = true;
        }
        Runnable task = () -> {
            synchronized (hints) {
                lookAsked = false;
            }
            look.run();
        };
        try {
            executor.schedule(() -> guarded(task), SOON_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ending) {
            LOG.debug("What is shared is looked after no longer", ending);
        }
    }

    private void followHints() {
        for (Hint hint = next(); hint != null; hint = next()) {
            Hint one = hint;
            guarded(() -> one.map().follow(one.key()));
        }
    }

    private @Nullable Hint next() {
        synchronized (hints) {
            return hints.isEmpty() ? null : ((LinkedHashSet<Hint>) hints).removeFirst();
        }
    }

    private void execute(Runnable task) {
        try {
            executor.execute(() -> guarded(task));
        } catch (RejectedExecutionException ending) {
            LOG.debug("What is shared is looked after no longer", ending);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failure) {
            LOG.error("A look at what is shared failed; the next one follows", failure);
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A look at what is shared did not end in {} s and is given up", END_SECONDS);
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}

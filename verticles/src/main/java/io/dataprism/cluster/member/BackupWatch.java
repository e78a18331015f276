package io.dataprism.cluster.member;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether what this node has in memory is on other nodes too. Finding out blocks for seconds just when it is not so, and costs each other
 * node a message for each partition: so one thread, {@code cluster-backups}, looks now and then, and everybody else reads what it found.
 */
final class BackupWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BackupWatch.class);

    /** What a node that has gone leaves to copy; meanwhile the others serve, and all of them at once are not to say that they do not. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration PAUSE_UNSAFE = Duration.ofMillis(500);

    private final BooleanSupplier safe;
    private final Duration grace;
    private final ScheduledThreadPoolExecutor thread;
    private volatile boolean wasSafe;
    private volatile long safeAtNanos;

    /** @param safe looks; blocks */
    BackupWatch(BooleanSupplier safe) {
        this(safe, GRACE);
    }

    BackupWatch(BooleanSupplier safe, Duration grace) {
        this.safe = safe;
        this.grace = grace;
        this.thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("cluster-backups").daemon().factory());
        thread.execute(this::look);
    }

    /** Whether all has its copies, or had a moment ago; false until it had for the first time. Any thread; does not block. */
    boolean isSafe() {
        return wasSafe && System.nanoTime() - safeAtNanos < PAUSE.plus(grace).toNanos();
    }

    private void look() {
        boolean now = false;
        try {
            now = safe.getAsBoolean();
            if (now) {
                safeAtNanos = System.nanoTime();
                wasSafe = true;
            }
        } catch (RuntimeException gone) {
            LOG.debug("Hazelcast does not say whether all has its copies", gone);
        }
        try {
            thread.schedule(this::look, (now ? PAUSE : PAUSE_UNSAFE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.trace("Nobody looks any more", closed);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

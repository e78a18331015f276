package io.dataprism.core.dataset;

import io.dataprism.core.engine.QueryProblems;
import io.dataprism.core.error.DataPrismException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DuckDB that statements run on now. A DuckDB that finds a fault in itself refuses everything from then on; it is replaced by
 * a new one, which is shown the same tables, at most {@value RestartPace#LIMIT} times a minute. What runs on the old one fails
 * or comes to its end, and with its last connection the old one is gone.
 *
 * <p>Blocks; safe on any thread. After {@link #close()} nothing is replaced any more, and every call fails.
 */
final class LiveDuckDb implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveDuckDb.class);

    private final IntFunction<DuckDbInstance> opener;
    private final Consumer<DuckDbInstance> furnisher;
    private final RestartPace pace = new RestartPace();
    private final ReentrantLock changes = new ReentrantLock();
    private final WarmStatements warm = new WarmStatements();
    private final AtomicLong restarts = new AtomicLong();
    private volatile DuckDbInstance current;
    private volatile boolean broken;
    private boolean closed;

    /**
     * Opens the first one.
     *
     * @param opener opens the n-th, beginning with 0, locked down and empty
     * @param furnisher shows the tables to one, holding {@link #changes()}: to each but the first before anybody else sees it
     */
    LiveDuckDb(IntFunction<DuckDbInstance> opener, Consumer<DuckDbInstance> furnisher) {
        this.opener = opener;
        this.furnisher = furnisher;
        this.current = opener.apply(0);
    }

    /**
     * A connection of its own for one query or one load; the caller closes it.
     *
     * @throws DataPrismException {@code OVERLOADED} while it has been replaced too often to be replaced again
     */
    DuckDBConnection duplicate() throws SQLException {
        if (broken) {
            requireReplaced();
        }
        DuckDbInstance seen = current;
        try {
            return seen.duplicate();
        } catch (SQLException e) {
            if (seen == current) {
                throw e;
            }
            return current.duplicate(); // it was replaced between the two lines above
        }
    }

    /** Shows the tables to the one that is used now. */
    void furnish() {
        changes.lock();
        try {
            furnisher.accept(current);
        } finally {
            changes.unlock();
        }
    }

    /** Held by whoever changes what every connection sees, so that a new one is not furnished half-way through. */
    ReentrantLock changes() {
        return changes;
    }

    /** Statements that are kept prepared on it. Changed only by holders of {@link #changes()}. */
    WarmStatements warm() {
        return warm;
    }

    /** How often it has been replaced. */
    long restarts() {
        return restarts.get();
    }

    /**
     * Replaces the engine where it has given up; one caller does so, the others wait for it. To be told every failure that came
     * out of the engine.
     *
     * @return whether the failure says that the engine has given up, whoever replaced it
     */
    boolean heal(Throwable failure) {
        if (!EngineFault.isPossible(failure)) {
            return false;
        }
        changes.lock();
        try {
            boolean gaveUp = !closed && current.hasGivenUp();
            if (gaveUp) {
                broken = true;
                LOG.error("The engine has found a fault in itself", failure);
                replaceInPace();
            }
            return gaveUp || EngineFault.isCertain(failure);
        } finally {
            changes.unlock();
        }
    }

    private void requireReplaced() {
        changes.lock();
        try {
            if (broken && !closed) {
                replaceInPace();
            }
            if (broken) {
                throw QueryProblems.engineRests(pace.untilAllowed(System.nanoTime()));
            }
        } finally {
            changes.unlock();
        }
    }

    private void replaceInPace() {
        long now = System.nanoTime();
        Duration wait = pace.untilAllowed(now);
        if (!wait.isZero()) {
            LOG.error("The engine has been started anew {} times, and rests for {}", restarts, wait);
            return;
        }
        pace.restarted(now);
        try {
            replace();
        } catch (RuntimeException unopened) {
            LOG.error("The engine could not be started anew; the next statement tries again", unopened);
        }
    }

    private void replace() {
        long startNanos = System.nanoTime();
        long count = restarts.incrementAndGet();
        DuckDbInstance fresh = opener.apply(Math.toIntExact(count));
        try {
            furnisher.accept(fresh);
        } catch (RuntimeException unfurnished) {
            fresh.close();
            throw unfurnished;
        }
        DuckDbInstance old = current;
        warm.changing();
        current = fresh;
        warm.changed();
        broken = false;
        old.close();
        LOG.warn(
                "The engine was started anew in {} ms, the {}. time",
                Duration.ofNanos(System.nanoTime() - startNanos).toMillis(),
                count);
    }

    /** Ends it; connections that are still open fail, or end with what they do. */
    @Override
    public void close() {
        changes.lock();
        try {
            closed = true;
            warm.close();
            current.close();
        } finally {
            changes.unlock();
        }
    }
}

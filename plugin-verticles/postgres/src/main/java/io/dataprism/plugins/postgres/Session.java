package io.dataprism.plugins.postgres;

import io.dataprism.plugin.PluginLogger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postgresql.PGConnection;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * One connection, used by one call and by one thread of its own. Ends with {@link #close}, or from outside with {@link #abandon}.
 */
final class Session {

    private static final long IDLE_SECONDS = 2;
    private static final long CANCEL_PERIOD_MILLIS = 200;
    private static final int MOST_CANCELS = 50;

    private final Connection connection;
    private final PluginLogger logger;
    private final Runnable whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch isClosed = new CountDownLatch(1);
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private final Executor thread;
    private final Scheduler scheduler;
    private volatile boolean atWork;

    /** @param whenClosed called once */
    Session(Connection connection, PluginLogger logger, Runnable whenClosed) {
        this.connection = connection;
        this.logger = logger;
        this.whenClosed = whenClosed;
        this.thread = ownThread();
        this.scheduler = Schedulers.fromExecutor(thread);
    }

    private static Executor ownThread() {
        // Never shut down: a request that comes late finds it, and it dies when it is idle.
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("postgres-session-", 0).factory());
        one.allowCoreThreadTimeOut(true);
        return one::execute;
    }

    Connection connection() {
        return connection;
    }

    /** The session's thread, which nobody interrupts. */
    Scheduler scheduler() {
        return scheduler;
    }

    /** Work that may block on the server. Called on the session's thread. */
    <T> T work(Callable<T> task) throws Exception {
        atWork = true;
        try {
            checkWanted();
            return task.call();
        } finally {
            atWork = false;
        }
    }

    /** Work as a Mono, after which the session is closed. */
    <T> Mono<T> once(Callable<T> task) {
        return Mono.fromCallable(() -> work(task))
                .subscribeOn(scheduler)
                .doOnTerminate(this::close)
                .doOnCancel(this::abandon);
    }

    /** Closes the connection; again: nothing. Called on the session's thread. */
    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            connection.close();
        } catch (SQLException failure) {
            logger.warn("A connection did not close in order: " + failure.getMessage());
        } finally {
            isClosed.countDown();
            whenClosed.run();
        }
    }

    /** Nobody waits any more: the server is told to stop, and the connection is closed. Any thread; does not block. */
    void abandon() {
        if (abandoned.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("postgres-cancel-", 0).start(this::stop);
        }
    }

    /** A cancel that reaches the server between two statements is lost: it is told again until the connection is closed. */
    private void stop() {
        thread.execute(this::close);
        try {
            for (int told = 0; !isClosed.await(told == 0 ? 0 : CANCEL_PERIOD_MILLIS, TimeUnit.MILLISECONDS); told++) {
                if (told == MOST_CANCELS) {
                    cut();
                    return;
                }
                if (atWork) {
                    connection.unwrap(PGConnection.class).cancelQuery();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (SQLException failure) {
            if (!closed.get()) {
                logger.warn("The server was not told of a cancel: " + failure.getMessage());
                cut();
            }
        }
    }

    private void cut() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException failure) {
            logger.warn("A connection was not cut: " + failure.getMessage());
        }
    }

    /** For work that goes to the server again and again. @throws SQLException where nobody waits for it any more */
    void checkWanted() throws SQLException {
        if (abandoned.get()) {
            throw new SQLException("The call has been cancelled.", "57014");
        }
    }
}

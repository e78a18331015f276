package io.dataprism.sandbox.child;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread of one operation: one task at a time, in order, each on a thread that serves for nothing else meanwhile. Threads are
 * borrowed, since making one takes longer than most operations do; what is asked of one operation may find another thread than
 * before. Any thread may call; nothing waits.
 */
final class OperationThread implements Executor {

    private final Executor threads;
    private final Consumer<Throwable> failed;
    private final Runnable ended;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private @Nullable Thread borrowed;
    private boolean asked;
    private boolean closed;

    /**
     * Borrows nothing yet.
     *
     * @param failed told of what a task throws
     * @param ended called once, when it is closed and no task of it runs any more
     */
    OperationThread(Executor threads, Consumer<Throwable> failed, Runnable ended) {
        this.threads = threads;
        this.failed = failed;
        this.ended = ended;
    }

    /** @throws RejectedExecutionException where it is closed */
    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            if (closed) {
                throw new RejectedExecutionException("The operation has ended.");
            }
            waiting.add(task);
            if (asked) {
                return;
            }
            asked = true;
        }
        threads.execute(this::work);
    }

    /** Does the first task on this thread, and what is asked meanwhile; nothing where it is closed. */
    void begin(Runnable task) {
        synchronized (this) {
            if (closed) {
                return;
            }
            waiting.add(task);
            asked = true;
        }
        work();
    }

    /** Takes no more; what waits is still done. */
    void close() {
        close(false);
    }

    /** Takes no more, forgets what waits, and interrupts what runs. */
    void closeNow() {
        close(true);
    }

    private void close(boolean now) {
        boolean idle;
        synchronized (this) {
            if (closed && !now) {
                return;
            }
            idle = !closed && !asked;
            closed = true;
            if (now) {
                waiting.clear();
                if (borrowed != null) {
                    borrowed.interrupt();
                }
            }
        }
        if (idle) {
            ended.run();
        }
    }

    private void work() {
        for (Runnable task = next(true); task != null; task = next(false)) {
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                failed.accept(failure);
            }
        }
    }

    private @Nullable Runnable next(boolean first) {
        boolean last;
        synchronized (this) {
            if (first) {
                borrowed = Thread.currentThread();
                // Reactor tells it of what flies past its operators
                borrowed.setUncaughtExceptionHandler((thread, failure) -> failed.accept(failure));
            }
            Runnable task = waiting.poll();
            if (task != null) {
                return task;
            }
            Thread.currentThread().setUncaughtExceptionHandler(null);
            borrowed = null;
            asked = false;
            last = closed;
            // an interrupt was meant for this operation, not for the next one of this thread
            Thread.interrupted();
        }
        if (last) {
            ended.run();
        }
        return null;
    }
}

package io.dataprism.sandbox.child;

import io.dataprism.sandbox.frame.Link;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that read a link in turn. Whoever reads a call performs it, and leaves the reading to another that waits for it: a call is
 * then one change of thread shorter than with a reader that does nothing else. Who is done before the other has woken reads on itself,
 * so that many short calls need hardly any.
 *
 * <p>From the first call on one thread reads and one waits, at least; more wait while more calls are under way, and leave when there is
 * nothing to do.
 */
final class ReadingTurns {

    private static final long IDLE_SECONDS = 2;

    private final Link link;
    private final Executor threads;
    /** Unfair on purpose: who runs takes it from who has yet to wake. */
    private final Semaphore turn = new Semaphore(1);

    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable Thread reader;

    /** Begins nothing. @param threads lends as many as are asked for */
    ReadingTurns(Link link, Executor threads) {
        this.link = link;
        this.threads = threads;
    }

    /** Begins to read, until the link ends. Once; does not wait. */
    void begin() {
        threads.execute(this::takePart);
    }

    /** Leaves the reading to another, so that this thread may take as long as it likes. For the reader, with a frame in its hands. */
    void pass() {
        if (waiting.get() == 0) {
            threads.execute(this::takePart);
        }
        reader = null;
        turn.release();
    }

    private void takePart() {
        while (awaitTurn()) {
            reader = Thread.currentThread();
            link.readWhile(this::mayRead);
            if (reader == Thread.currentThread()) {
                // the link has ended: the others find that out one after the other
                turn.release();
                return;
            }
        }
    }

    /** Of the thread that reads, or has just performed a call. */
    private boolean mayRead() {
        if (reader == Thread.currentThread()) {
            return true;
        }
        if (!turn.tryAcquire()) {
            return false;
        }
        reader = Thread.currentThread();
        return true;
    }

    /** False: others wait as well, and there is nothing to do. */
    private boolean awaitTurn() {
        waiting.incrementAndGet();
        try {
            while (!turn.tryAcquire(IDLE_SECONDS, TimeUnit.SECONDS)) {
                if (waiting.decrementAndGet() > 0) {
                    return false;
                }
                // the last one stays: whoever passes on relies on it
                waiting.incrementAndGet();
            }
        } catch (InterruptedException plugins) {
            // meant for an operation that is over
            turn.acquireUninterruptibly();
        }
        waiting.decrementAndGet();
        return true;
    }
}

package io.dataprism.sandbox.child;

import io.dataprism.sandbox.frame.Link;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The threads that read a link in turn. Whoever reads a call performs it. Where calls are quick it reads on afterwards, and no call meets
 * a change of thread; another thread watches meanwhile, and takes the reading over from one that is not back after a moment. Where calls
 * take longer the reading is left to the other before they begin.
 *
 * <p>From the first call on one thread reads and one waits, at least; more wait while more calls are under way, and leave when there is
 * nothing to do. A thread that waits takes no processor's time where nothing is called.
 */
final class ReadingTurns {

    /** Nobody reads: whoever waits is to. A positive state is the number of the call that the reader performs. */
    private static final long FREE = 0;

    private static final long READING = -1;

    /** A reader that has been seen at the same call twice, so long apart, has lost its turn. */
    private static final long WATCH_MILLIS = 1;

    private static final int WATCHES_BEFORE_REST = 20;
    private static final long IDLE_MILLIS = 200;
    /** What takes longer is worth a change of thread, and maybe another processor. */
    private static final long QUICK_NANOS = 100_000;

    /** After one call that was not quick, so many must have been. */
    private static final int QUICK_CALLS = 16;

    private final Link link;
    private final Executor threads;
    private final AtomicLong state = new AtomicLong(FREE);
    /** Held by who waits and who wakes them. */
    private final ReentrantLock door = new ReentrantLock();

    private final Condition watcher = door.newCondition();
    private final Condition others = door.newCondition();
    private int waiting;
    private volatile boolean watched;
    private volatile boolean resting;
    private volatile int slow;
    /** Of the thread that reads. */
    private volatile @Nullable Turn current;

    private long calls;

    /** One thread's part. */
    private final class Turn {

        private boolean reading;
        private long call;
        private long begun;

        /** Of the thread that reads, or has just performed a call. */
        boolean mayRead() {
            if (reading) {
                return true;
            }
            slow = System.nanoTime() - begun > QUICK_NANOS ? QUICK_CALLS : Math.max(0, slow - 1);
            return call != FREE && state.compareAndSet(call, READING) ? take() : take(FREE);
        }

        boolean take(long expected) {
            return state.compareAndSet(expected, READING) && take();
        }

        private boolean take() {
            reading = true;
            current = this;
            return true;
        }
    }

    /** Begins nothing. @param threads lends as many as are asked for */
    ReadingTurns(Link link, Executor threads) {
        this.link = link;
        this.threads = threads;
    }

    /** Begins to read, until the link ends. Once; does not wait. */
    void begin() {
        threads.execute(this::takePart);
    }

    /** Lets the reader, with a call in its hands, take as long as it likes over it. */
    void pass() {
        Turn turn = current;
        if (turn == null) {
            throw new IllegalStateException("Only the thread that reads leaves the reading to another.");
        }
        turn.reading = false;
        turn.begun = System.nanoTime();
        if (slow > 0) {
            turn.call = FREE;
            state.set(FREE);
            wake();
        } else {
            turn.call = ++calls;
            state.set(calls);
            if (resting || !watched) {
                wake();
            }
        }
    }

    /** The link has ended: whoever waits leaves. */
    void end() {
        door.lock();
        try {
            watcher.signalAll();
            others.signalAll();
        } finally {
            door.unlock();
        }
    }

    private void wake() {
        door.lock();
        try {
            resting = false;
            if (watched) {
                watcher.signal();
                return;
            }
            if (waiting > 0) {
                others.signal();
                return;
            }
        } finally {
            door.unlock();
        }
        threads.execute(this::takePart);
    }

    private void takePart() {
        Turn turn = new Turn();
        try {
            while (awaitTurn(turn)) {
                link.readWhile(turn::mayRead);
            }
        } catch (Error failure) {
            // with the turn in its hands: nobody would ever read again
            link.end(failure);
            throw failure;
        }
    }

    /** False: there is nothing to do, or will never be. */
    private boolean awaitTurn(Turn turn) {
        door.lock();
        waiting++;
        try {
            long idle = TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
            while (link.ended() == null) {
                if (turn.take(FREE) || !watched && watch(turn)) {
                    return true;
                }
                if (idle <= 0) {
                    return false;
                }
                idle = sleep(others, idle);
            }
            return false;
        } finally {
            waiting--;
            door.unlock();
        }
    }

    /** Until the turn is this thread's; false: the link has ended. */
    private boolean watch(Turn turn) {
        watched = true;
        long seen = READING;
        int unchanged = 0;
        try {
            while (link.ended() == null) {
                long now = state.get();
                if ((now == FREE || now == seen && now != READING) && turn.take(now)) {
                    return true;
                }
                unchanged = now == seen ? unchanged + 1 : 0;
                seen = now;
                resting = unchanged > WATCHES_BEFORE_REST;
                // who begins a call after this has seen that nobody looks
                if (!resting) {
                    sleep(watcher, TimeUnit.MILLISECONDS.toNanos(WATCH_MILLIS));
                } else if (state.get() == seen) {
                    sleep(watcher, Long.MAX_VALUE);
                }
            }
            return false;
        } finally {
            resting = false;
            watched = false;
        }
    }

    /** With the door in hand, which is open meanwhile. @return how much of the time is left */
    private static long sleep(Condition condition, long nanos) {
        try {
            return condition.awaitNanos(nanos);
        } catch (InterruptedException plugins) {
            // was meant for an operation that is over
            return nanos;
        }
    }
}

package io.dataprism.client;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * The reader's end of a stream: what has come waits here, in order and bounded, until the reader has asked for it. One thread
 * offers; the reader is called on a thread of its own, which it may block, and one call at a time.
 */
final class Outlet<T> implements Subscription {

    /** Whose stream it is. Called on any thread; must not block. */
    interface Source {

        /** The reader has asked for more, or has taken what waited. */
        void wanted();

        /** The reader wants no more. Called once at most; may come after the end. */
        void cancelled();
    }

    private final Subscriber<? super T> reader;
    private final Executor threads;
    private final Source source;
    private final Consumer<? super T> discard;
    private final int tellEvery;
    private final Queue<T> waiting;
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final AtomicLong offered = new AtomicLong();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger work = new AtomicInteger();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private volatile boolean ended;
    private @Nullable Throwable failure; // written before ended
    private boolean finished;
    private long delivered;
    private int untold;

    /**
     * @param waitingLimit the most that wait
     * @param discard what is done with what no reader will get
     */
    Outlet(
            Subscriber<? super T> reader,
            int waitingLimit,
            Executor threads,
            Source source,
            Consumer<? super T> discard) {
        this.reader = reader;
        this.threads = threads;
        this.source = source;
        this.discard = discard;
        this.tellEvery = Math.max(1, waitingLimit / 4);
        this.waiting = new ArrayBlockingQueue<>(waitingLimit);
    }

    /** Takes the next; false where too many wait already, and then it is not taken. After a cancel it is discarded. */
    boolean offer(T next) {
        // in this order: whoever asks in between finds less room than there is, and never more
        waitingCount.incrementAndGet();
        offered.incrementAndGet();
        if (!waiting.offer(next)) {
            offered.decrementAndGet();
            waitingCount.decrementAndGet();
            return false;
        }
        drain();
        return true;
    }

    /** Ends it, behind what waits; null: in order. What comes later is ignored. */
    void end(@Nullable Throwable cause) {
        if (!ended) {
            failure = cause;
            ended = true;
            drain();
        }
    }

    /** What the reader has asked for since the start. */
    long requested() {
        return requested.get();
    }

    /** What has been taken since the start; read it before {@link #waiting}. */
    long offered() {
        return offered.get();
    }

    /** How many wait for the reader. */
    int waiting() {
        return waitingCount.get();
    }

    boolean isCancelled() {
        return cancelled.get();
    }

    @Override
    public void request(long count) {
        if (Operators.validate(count)) {
            requested.accumulateAndGet(count, Operators::addCap);
            source.wanted();
            drain();
        }
    }

    @Override
    public void cancel() {
        if (cancelled.compareAndSet(false, true)) {
            source.cancelled();
            drain();
        }
    }

    private void drain() {
        if (work.getAndIncrement() == 0) {
            threads.execute(this::deliverAll);
        }
    }

    private void deliverAll() {
        int missed = 1;
        do {
            deliver();
            missed = work.addAndGet(-missed);
        } while (missed != 0);
    }

    private void deliver() {
        while (!cancelled.get() && !finished) {
            boolean last = ended; // read before the queue: what was offered before the end is seen
            if (!waiting.isEmpty() && delivered == requested.get()) {
                return;
            }
            T next = waiting.poll();
            if (next == null) {
                if (last) {
                    finish();
                }
                tell(untold > 0);
                return;
            }
            waitingCount.decrementAndGet();
            delivered++;
            untold++;
            tell(untold >= tellEvery);
            hand(next);
        }
        discardAll();
    }

    private void tell(boolean due) {
        if (due && !ended) {
            untold = 0;
            source.wanted();
        }
    }

    private void hand(T next) {
        try {
            reader.onNext(next);
        } catch (RuntimeException thrown) {
            cancel();
            finished = true;
            reader.onError(thrown);
        }
    }

    private void finish() {
        finished = true;
        if (failure == null) {
            reader.onComplete();
        } else {
            reader.onError(failure);
        }
    }

    private void discardAll() {
        for (T left = waiting.poll(); left != null; left = waiting.poll()) {
            waitingCount.decrementAndGet();
            discard.accept(left);
        }
    }
}

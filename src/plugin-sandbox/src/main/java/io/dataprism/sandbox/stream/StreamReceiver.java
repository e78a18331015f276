package io.dataprism.sandbox.stream;

import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The receiving end of a stream: a publisher with one subscriber, whose demand becomes credit. Signals come one at a time on
 * the executor; frames are fed in by the link's reader. Items that nobody takes are released.
 *
 * @param <T> what the stream carries
 */
public final class StreamReceiver<T> implements Publisher<T>, Subscription {

    /** How many items a sender may have on the way. */
    public static final int WINDOW = 4;

    private final long id;
    private final LongConsumer credit;
    private final Executor signals;
    private final Consumer<T> release;
    private final Runnable whenCancelled;

    private final AtomicBoolean taken = new AtomicBoolean();
    private final Queue<T> queue = new ArrayDeque<>();
    private @Nullable Subscriber<? super T> subscriber;
    private long demanded;
    private long credited;
    private long received;
    private long delivered;
    private boolean ended;
    private boolean over;
    private boolean draining;
    private @Nullable Throwable failure;

    /**
     * Of what comes over a link.
     *
     * @param release gives back an item that nobody takes
     * @param whenCancelled called once where the subscriber cancels; tells the peer
     */
    public StreamReceiver(Link link, long id, Executor signals, Consumer<T> release, Runnable whenCancelled) {
        this(id, total -> link.send(Frame.of(FrameType.CREDIT, id, total)), signals, release, whenCancelled);
    }

    /**
     * Of what comes in any other way.
     *
     * @param id in what is said of the stream
     * @param credit told how many items the sender may have sent in all; any thread, and an older total can come after a newer one
     * @param release gives back an item that nobody takes
     * @param whenCancelled called once where the subscriber cancels; tells the sender
     */
    public StreamReceiver(long id, LongConsumer credit, Executor signals, Consumer<T> release, Runnable whenCancelled) {
        this.id = id;
        this.credit = credit;
        this.signals = signals;
        this.release = release;
        this.whenCancelled = whenCancelled;
    }

    @Override
    public void subscribe(Subscriber<? super T> first) {
        if (!taken.compareAndSet(false, true)) {
            first.onSubscribe(new Nothing());
            first.onError(new IllegalStateException("This stream has its one subscriber already."));
            return;
        }
        first.onSubscribe(this);
        // only now: an end that has come already would be told first, on another thread, and be lost
        synchronized (this) {
            subscriber = first;
        }
        schedule();
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            fail(new IllegalArgumentException("A demand of " + count + " is not legal; it must be above 0."));
            return;
        }
        synchronized (this) {
            demanded = demanded + count < 0 ? Long.MAX_VALUE : demanded + count;
        }
        grantCredit();
    }

    @Override
    public void cancel() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        releaseQueue();
        whenCancelled.run();
    }

    /** Whether the peer may send an item now; checked before it is decoded. @throws ProtocolException where not */
    public synchronized void checkCredit() {
        if (ended || received >= credited) {
            throw new ProtocolException("An item was sent on stream " + id + " beyond its credit of " + credited + ".");
        }
    }

    /** An item arrived. */
    public void next(T item) {
        boolean unwanted;
        synchronized (this) {
            received++;
            unwanted = over || failure != null;
            if (!unwanted) {
                queue.add(item);
            }
        }
        if (unwanted) {
            release.accept(item);
        }
        schedule();
    }

    /** The stream ended after so many items. @throws ProtocolException where that is not what arrived */
    public void end(long count) {
        synchronized (this) {
            if (ended || count != received) {
                throw new ProtocolException(
                        "Stream " + id + " ended with " + count + " items where " + received + " arrived.");
            }
            ended = true;
        }
        schedule();
    }

    /** The stream failed: what is queued is released, the subscriber is told at once. */
    public void fail(Throwable reason) {
        synchronized (this) {
            if (over || failure != null || (ended && queue.isEmpty())) {
                return;
            }
            failure = reason;
        }
        releaseQueue();
        schedule();
    }

    /** Lets go of what is queued; neither subscriber nor peer is told. */
    public void release() {
        synchronized (this) {
            over = true;
        }
        releaseQueue();
    }

    private void grantCredit() {
        long total;
        synchronized (this) {
            total = Math.min(demanded, delivered + WINDOW);
            if (over || ended || failure != null || total <= credited) {
                return;
            }
            credited = total;
        }
        credit.accept(total);
    }

    private void schedule() {
        synchronized (this) {
            if (draining || over || subscriber == null) {
                return;
            }
            draining = true;
        }
        signals.execute(this::drain);
    }

    private void drain() {
        while (true) {
            Subscriber<? super T> target;
            T item;
            Throwable reason;
            synchronized (this) {
                target = subscriber;
                reason = failure;
                // what is left when it is over is released by whoever ended it
                item = over || target == null ? null : queue.poll();
                boolean terminal = item == null && (ended || reason != null);
                if (over || target == null || (item == null && !terminal)) {
                    draining = false;
                    break;
                }
                over = terminal;
                if (item != null) {
                    delivered++;
                }
            }
            if (item != null) {
                hand(target, item);
                grantCredit();
            } else if (reason != null) {
                target.onError(reason);
            } else {
                target.onComplete();
            }
        }
        synchronized (this) {
            if (!over) {
                return;
            }
        }
        releaseQueue();
    }

    /** Reactor lets some errors fly past its operators: whoever waits for the end of the stream would never hear of it. */
    private void hand(Subscriber<? super T> target, T item) {
        try {
            target.onNext(item);
        } catch (RuntimeException | Error flown) {
            cancel();
            target.onError(flown);
        }
    }

    private void releaseQueue() {
        List<T> left;
        synchronized (this) {
            left = new ArrayList<>(queue);
            queue.clear();
        }
        left.forEach(release);
    }

    private static final class Nothing implements Subscription {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    }
}

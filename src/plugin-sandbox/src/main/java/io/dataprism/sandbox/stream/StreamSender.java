package io.dataprism.sandbox.stream;

import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.Outgoing;
import io.dataprism.sandbox.frame.ProtocolException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The sending end of a stream: subscribes to a source and asks it for no more than the peer's credit allows. Any thread;
 * never blocks.
 *
 * @param <T> what the stream carries
 */
public final class StreamSender<T> implements CoreSubscriber<T> {

    /** How items become frames. */
    public interface Encoding<T> {

        /** What is sent before the first item, or null. */
        default @Nullable Frame head(long id, T first) {
            return null;
        }

        /** Cuts an item into pieces that fit into a frame each; takes the item over. @throws RuntimeException: it is not legal here */
        default List<T> split(T item) {
            return List.of(item);
        }

        /** What is sent for a piece; takes it over. Failures while it is written go to {@code failed}. */
        Outgoing frame(long id, T piece, StreamSender<T> sender);

        /** Gives back a piece that is not sent. */
        void release(T piece);
    }

    private final Link link;
    private final long id;
    private final Encoding<T> encoding;
    private final Function<Throwable, Frame> failureFrame;
    private final Runnable whenOver;
    private final Context context;
    private final long prefetched;

    private final AtomicInteger work = new AtomicInteger();
    private final Queue<T> pending = new ArrayDeque<>();
    private @Nullable Subscription source;
    private long credit;
    private long sent;
    private long outstanding;
    private boolean headSent;
    private boolean completed;
    private boolean over;
    private @Nullable Throwable failure;

    /**
     * @param failureFrame what is sent where the source fails
     * @param whenOver called once, just before the last frame of the stream is sent: whoever reads that frame finds what
     *     the stream held free again; not after {@link #cancel()}
     * @param prefetched how many items to ask for before there is credit: 1 to learn the schema, else 0
     */
    public StreamSender(
            Link link,
            long id,
            Encoding<T> encoding,
            Function<Throwable, Frame> failureFrame,
            Runnable whenOver,
            Context context,
            int prefetched) {
        this.link = link;
        this.id = id;
        this.encoding = encoding;
        this.failureFrame = failureFrame;
        this.whenOver = whenOver;
        this.context = context;
        this.prefetched = prefetched;
    }

    /** Subscribes to the source. */
    public void start(Publisher<? extends T> publisher) {
        publisher.subscribe(this);
    }

    /**
     * The peer's credit, in all. An older total that comes after a newer one, since the peer's threads send each its own, changes nothing.
     *
     * @throws ProtocolException where it exceeds the window
     */
    public void credit(long total) {
        synchronized (this) {
            if (total > sent + StreamReceiver.WINDOW) {
                throw new ProtocolException("A credit of " + total + " was given on stream " + id + ", with " + sent
                        + " items sent; the window is " + StreamReceiver.WINDOW + ".");
            }
            credit = Math.max(credit, total);
        }
        pump();
    }

    /** Ends the stream without a word: cancels the source, releases what is pending. */
    public void cancel() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        cancelSource();
        pump();
    }

    /** Something could not be written: the stream fails, as if the source had. */
    public void failed(Throwable reason) {
        cancelSource();
        onError(reason);
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        boolean late;
        synchronized (this) {
            late = over || source != null;
            if (!late) {
                source = subscription;
            }
        }
        if (late) {
            subscription.cancel();
        } else {
            pump();
        }
    }

    @Override
    public void onNext(T item) {
        List<T> pieces;
        try {
            pieces = encoding.split(item);
        } catch (RuntimeException notLegal) {
            failed(notLegal);
            return;
        }
        synchronized (this) {
            outstanding--;
            pending.addAll(pieces);
        }
        pump();
    }

    @Override
    public void onError(Throwable reason) {
        synchronized (this) {
            if (failure == null) {
                failure = reason;
            }
        }
        pump();
    }

    @Override
    public void onComplete() {
        synchronized (this) {
            completed = true;
        }
        pump();
    }

    private void pump() {
        if (work.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            while (stepped()) {}
            missed = work.addAndGet(-missed);
        } while (missed != 0);
    }

    /** The same as {@link #step}; what it meets fails the stream, as if the source had. */
    private boolean stepped() {
        try {
            return step();
        } catch (RuntimeException | Error met) {
            boolean told;
            synchronized (this) {
                told = over; // or cancelled
                if (!told && failure == null) {
                    failure = met;
                }
            }
            if (told) {
                releaseWhenOver();
                return false;
            }
            cancelSource();
            return true;
        }
    }

    /** Does the one thing that comes next; false where there is nothing to do now. */
    private boolean step() {
        T head = null;
        T piece = null;
        Frame last = null;
        long wanted = 0;
        Subscription from;
        synchronized (this) {
            from = source;
            if (over) {
                // falls through to the release below
            } else if (failure != null) {
                over = true;
                last = failureFrame.apply(failure);
            } else if (!headSent && !pending.isEmpty()) {
                headSent = true;
                head = pending.peek();
            } else if (!pending.isEmpty() && sent < credit) {
                piece = pending.remove();
                sent++;
            } else if (completed && pending.isEmpty()) {
                over = true;
                last = Frame.of(FrameType.END, id, sent);
            } else if (!completed && from != null) {
                wanted = Math.max(credit, prefetched) - sent - pending.size() - outstanding;
                outstanding += Math.max(0, wanted);
            }
        }
        if (head != null) {
            Frame frame = encoding.head(id, head);
            if (frame != null) {
                link.send(frame);
            }
            return true;
        }
        if (piece != null) {
            link.send(encoding.frame(id, piece, this));
            return true;
        }
        if (last != null) {
            whenOver.run();
            link.send(last);
        }
        if (wanted > 0 && from != null) {
            from.request(wanted);
            return true;
        }
        releaseWhenOver();
        return false;
    }

    private void releaseWhenOver() {
        List<T> left;
        synchronized (this) {
            if (!over) {
                return;
            }
            left = new ArrayList<>(pending);
            pending.clear();
        }
        left.forEach(encoding::release);
    }

    private void cancelSource() {
        Subscription from;
        synchronized (this) {
            from = source;
        }
        if (from != null) {
            try {
                from.cancel();
            } catch (RuntimeException | Error flown) {
                Operators.onErrorDropped(flown, context); // the stream fails for another reason already
            }
        }
    }
}

package io.dataprism.sandbox.frame;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A connection of frames and the exchanges over it. {@link #read()} is the reader's loop and {@link #write()} the writer's:
 * the owner gives each a thread. Everything else is for any thread and never blocks.
 *
 * <p>Ends once, with a reason: at the end of the stream, when a side breaks the protocol, when the queue to the peer is full,
 * or by {@link #end}. All exchanges then fail with that reason.
 */
public final class Link {

    /** Which ids a side opens. */
    public enum Side {
        HOST(2),
        CHILD(1);

        private final long firstId;

        Side(long firstId) {
            this.firstId = firstId;
        }

        private boolean opens(long id) {
            return id % 2 == firstId % 2;
        }
    }

    /** What the owner of a link does. Called by the reader, but for the last. */
    public interface Owner {

        /** A frame of the link itself. */
        void onLinkFrame(Frame frame);

        /** The peer opens an exchange; the owner registers it with {@link Link#accept} or answers it at once. */
        void onCall(Frame call);

        /**
         * Says more about why the link ends, where the reader or the writer found out, or the peer breaks the protocol. May wait a
         * little, but not for either of them, and not at all where the protocol was broken.
         */
        default Throwable explain(Throwable reason) {
            return reason;
        }

        /** The link has ended; the exchanges have been told. Called once, by any thread. */
        void onEnded(Throwable reason);
    }

    /** The peer closed its end between two frames. */
    public static final class PeerClosed extends IOException {

        private static final long serialVersionUID = 1L;

        PeerClosed() {
            super("The peer closed the connection.");
        }
    }

    private static final int QUEUE_FRAMES = 4096;
    private static final int LATE_LIMIT = 1024;

    private final Side side;
    private final FrameReader reader;
    private final FrameSink sink;
    private final Owner owner;
    private final BlockingQueue<Outgoing> queue = new ArrayBlockingQueue<>(QUEUE_FRAMES);
    private final Map<Long, Exchange> exchanges = new ConcurrentHashMap<>();
    private final AtomicLong nextId;
    private final AtomicReference<@Nullable Throwable> ended = new AtomicReference<>();
    /** Ids below the last one that have not come yet. */
    private final NavigableSet<Long> late = new TreeSet<>();

    private long lastIdOfPeer;

    /** A frame that only wakes the writer. */
    private static final Outgoing NOTHING = sink -> {};

    /** Begins nothing: the owner calls {@link #read()} and {@link #write()}. */
    public Link(Side side, InputStream in, OutputStream out, Owner owner) {
        this.side = side;
        this.reader = new FrameReader(in);
        this.sink = new FrameSink(out);
        this.owner = owner;
        this.nextId = new AtomicLong(side.firstId);
    }

    /** Opens an exchange: registers it, before any frame of it is sent, and answers its id. */
    public long open(Exchange exchange) {
        long id = nextId.getAndAdd(2);
        register(id, exchange);
        return id;
    }

    /** Registers the peer's exchange, within {@link Owner#onCall}. */
    public void accept(long id, Exchange exchange) {
        register(id, exchange);
    }

    /** Forgets an exchange; what still comes for it is ignored. */
    public void forget(long id) {
        exchanges.remove(id);
    }

    /** How many exchanges the peer has open. */
    public long openByPeer() {
        return exchanges.keySet().stream().filter(id -> !side.opens(id)).count();
    }

    /** Sends, in order. Where the queue is full the link ends; where it has ended the frame is discarded. */
    public void send(Outgoing outgoing) {
        if (ended.get() == null && !queue.offer(outgoing)) {
            outgoing.discard();
            endExplained(new ProtocolException("The peer does not read: " + QUEUE_FRAMES + " frames wait for it."));
            return;
        }
        if (ended.get() != null) {
            discardQueue();
            outgoing.discard();
        }
    }

    /** Sends where there is room for it and much more; otherwise drops it. For what may be lost. */
    public boolean sendIfIdle(Outgoing outgoing) {
        if (queue.remainingCapacity() < QUEUE_FRAMES / 2) {
            return false;
        }
        send(outgoing);
        return true;
    }

    /** Why the link has ended, or null. */
    public @Nullable Throwable ended() {
        return ended.get();
    }

    /** Ends the link. Does not close the streams. */
    public void end(Throwable reason) {
        if (!ended.compareAndSet(null, reason)) {
            return;
        }
        queue.offer(NOTHING);
        List<Exchange> left = new ArrayList<>(exchanges.values());
        exchanges.clear();
        left.forEach(exchange -> exchange.onLinkEnded(reason));
        owner.onEnded(reason);
        discardQueue();
    }

    /** Reads until the link ends. */
    public void read() {
        try {
            while (ended.get() == null) {
                Frame frame = reader.next();
                if (frame == null) {
                    throw new PeerClosed();
                }
                dispatch(frame);
            }
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError failure) {
            endExplained(failure);
        }
    }

    /** Writes until the link ends. */
    public void write() {
        try {
            while (ended.get() == null) {
                Outgoing outgoing = queue.take();
                outgoing.writeTo(sink);
                if (queue.isEmpty()) {
                    sink.flush();
                }
            }
        } catch (IOException | RuntimeException failure) {
            endExplained(failure);
        } catch (InterruptedException interrupted) {
            end(new IOException("The writer was interrupted.", interrupted));
        } finally {
            discardQueue();
        }
    }

    private void endExplained(Throwable failure) {
        if (ended.get() == null) {
            end(owner.explain(failure));
        }
    }

    private void register(long id, Exchange exchange) {
        exchanges.put(id, exchange);
        Throwable reason = ended.get();
        if (reason != null && exchanges.remove(id) != null) {
            exchange.onLinkEnded(reason);
        }
    }

    private void dispatch(Frame frame) {
        long id = frame.id();
        if (id == 0) {
            owner.onLinkFrame(frame);
        } else if (frame.type() == FrameType.CALL) {
            take(id);
            owner.onCall(frame);
        } else {
            Exchange exchange = exchanges.get(id);
            if (exchange != null) {
                exchange.onFrame(frame);
            } else if (side.opens(id) ? id >= nextId.get() : id > lastIdOfPeer) {
                throw new ProtocolException("A " + frame + " was sent, which was never opened.");
            }
        }
    }

    /** Each id of the peer's once, and about in order: its threads may send in another order than they got their ids. */
    private void take(long id) {
        boolean next = id > lastIdOfPeer && id - lastIdOfPeer <= 2L * LATE_LIMIT;
        if (side.opens(id) || !next && !late.remove(id)) {
            throw new ProtocolException(
                    "The peer opened an exchange with the id " + id + ", which is not one of its next.");
        }
        if (next) {
            for (long skipped = id - 2; skipped > lastIdOfPeer; skipped -= 2) {
                late.add(skipped);
            }
            while (late.size() > LATE_LIMIT) {
                late.pollFirst();
            }
            lastIdOfPeer = id;
        }
    }

    private void discardQueue() {
        List<Outgoing> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(Outgoing::discard);
        if (!left.isEmpty()) {
            queue.offer(NOTHING);
        }
    }
}

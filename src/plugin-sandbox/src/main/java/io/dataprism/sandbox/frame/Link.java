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
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
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

        /** A frame came for an exchange that is forgotten. */
        default void onLateFrame(Frame frame) {}

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
    private static final int FRAMES_IN_A_ROW = 64;
    private static final int LATE_LIMIT = 1024;

    private final Side side;
    private final FrameReader reader;
    private final FrameSink sink;
    private final Owner owner;
    private final BlockingQueue<Outgoing> queue = new ArrayBlockingQueue<>(QUEUE_FRAMES);
    private final Map<Long, Exchange> exchanges = new ConcurrentHashMap<>();
    private final ReentrantLock writing = new ReentrantLock();
    /** What the senders leave to the writer. */
    private final Semaphore left = new Semaphore(0);

    /** What a sender met when it wrote: the writer ends the link, since it may wait for what there is to say about it. */
    private volatile @Nullable IOException broken;

    private final AtomicLong nextId;
    private final AtomicReference<@Nullable Throwable> ended = new AtomicReference<>();
    /** Ids below the last one that have not come yet. */
    private final NavigableSet<Long> late = new TreeSet<>();

    private long lastIdOfPeer;

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

    /**
     * Sends, in order. Where the queue is full the link ends; where it has ended the frame is discarded. Small frames are written by
     * the sender itself, which spares a change of thread: a child's may wait for a host that does not read; a host's never waits, and
     * what the pipe has no room for is the writer's.
     */
    public void send(Outgoing outgoing) {
        if (ended.get() == null && !queue.offer(outgoing)) {
            outgoing.discard();
            endExplained(new ProtocolException("The peer does not read: " + QUEUE_FRAMES + " frames wait for it."));
            return;
        }
        if (ended.get() != null) {
            discardQueue();
            outgoing.discard();
        } else if (outgoing.small() && (side == Side.CHILD ? StackRoom.isThere() : sink.isPrompt())) {
            writeSmall();
        } else {
            left.release();
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
        left.release();
        List<Exchange> open = new ArrayList<>(exchanges.values());
        exchanges.clear();
        open.forEach(exchange -> exchange.onLinkEnded(reason));
        owner.onEnded(reason);
        discardQueue();
    }

    /** Reads until the link ends. */
    public void read() {
        readWhile(() -> true);
    }

    /**
     * Reads until the link ends or somebody else is to read, which is asked before each frame. Who reads next must have seen what this
     * thread did; whoever is here in the end may still hold the last frame.
     */
    public void readWhile(BooleanSupplier mayRead) {
        try {
            while (ended.get() == null && mayRead.getAsBoolean()) {
                Frame frame = reader.next();
                if (frame == null) {
                    throw new PeerClosed();
                }
                dispatch(frame);
            }
        } catch (IOException | RuntimeException | Error failure) {
            // an error too: nobody would read any more, and whoever waits would not hear of it
            endExplained(failure);
        }
    }

    /** Writes until the link ends. */
    public void write() {
        try {
            while (ended.get() == null) {
                left.acquire();
                left.drainPermits();
                do {
                    writing.lock();
                    try {
                        writeQueue();
                    } finally {
                        writing.unlock();
                    }
                } while (!queue.isEmpty() && ended.get() == null);
            }
        } catch (IOException | RuntimeException | Error failure) {
            endExplained(failure);
        } catch (InterruptedException interrupted) {
            end(new IOException("The writer was interrupted.", interrupted));
        } finally {
            discardQueue();
        }
    }

    private void writeQueue() throws IOException {
        IOException failure = broken;
        if (failure != null) {
            throw failure;
        }
        if (ended.get() == null) {
            sink.flush();
        }
        for (Outgoing next = queue.poll(); next != null && ended.get() == null; next = queue.poll()) {
            next.writeTo(sink);
            if (queue.isEmpty()) {
                sink.flush();
            }
        }
    }

    /** By whoever sends, while nobody else writes: whoever does looks again after giving the lock back, so that no frame is left. */
    private void writeSmall() {
        // who writes and sends meanwhile, since a batch that it has written frees another, comes back to the queue
        while (!writing.isHeldByCurrentThread() && !queue.isEmpty() && writing.tryLock()) {
            boolean more = true;
            try {
                more = writeSmallOnes();
            } catch (IOException failure) {
                broken = failure;
            } finally {
                writing.unlock();
            }
            if (more) {
                left.release();
                break;
            }
        }
    }

    /** Whether something is left that is the writer's. */
    private boolean writeSmallOnes() throws IOException {
        boolean more = false;
        for (int count = 0; count < FRAMES_IN_A_ROW && !more; count++) {
            Outgoing next = queue.peek();
            if (next == null) {
                break;
            }
            more = !next.small() || !sink.hasRoomFor(Outgoing.SMALL_BYTES);
            Outgoing taken = more ? null : queue.poll();
            if (taken != null) {
                taken.writeTo(sink);
            }
        }
        if (side == Side.CHILD) {
            sink.flush();
            return more;
        }
        return !sink.flushPromptly() || more;
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
            } else {
                owner.onLateFrame(frame);
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
        List<Outgoing> unsent = new ArrayList<>();
        queue.drainTo(unsent);
        unsent.forEach(Outgoing::discard);
    }
}

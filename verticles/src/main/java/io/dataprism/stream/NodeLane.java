package io.dataprism.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/**
 * The way to one other node. The bus has no back pressure, so batches wait here: no more than {@link #WINDOW_BYTES} of pieces are
 * with the bus and not yet written to the connection, and control messages, which do not wait, are behind no more than that.
 * Streams take turns by the piece, so that none waits for another's batches.
 *
 * <p>On the endpoint's context only.
 */
final class NodeLane {

    /** Four messages of the bus's best size. */
    static final int WINDOW_BYTES = 1024 * 1024;

    private final Context context;
    private final Function<StreamMessage, Future<Void>> bus;
    private final long patienceNanos;
    private final Deque<LaneStream> waiting = new ArrayDeque<>();
    private final Set<PieceBytes.Leaving> underWay = new HashSet<>();
    private int streams;
    private int windowBytes;
    private long progressNanos;
    private boolean pumping;

    /**
     * @param context the endpoint's
     * @param bus sends a message to that node; fails where it is known not to have arrived
     * @param patienceNanos after so long without any progress the bus is taken to have lost what it was given
     */
    NodeLane(Context context, Function<StreamMessage, Future<Void>> bus, long patienceNanos) {
        this.context = context;
        this.bus = bus;
        this.patienceNanos = patienceNanos;
    }

    /** At once, before any piece that waits. */
    Future<Void> say(StreamMessage.Control message) {
        return bus.apply(message);
    }

    /** A stream begins to use the lane. */
    void add() {
        streams++;
    }

    /** A stream has pieces to send. */
    void enqueue(LaneStream stream) {
        waiting.add(stream);
        pump();
    }

    /** A stream uses the lane no more. */
    void remove(LaneStream stream) {
        waiting.remove(stream);
        streams--;
    }

    /** Whether no stream uses it and nothing is under way. */
    boolean isIdle() {
        return streams == 0 && underWay.isEmpty();
    }

    /** A tick of the clock. */
    void tick(long nowNanos) {
        if (!underWay.isEmpty() && nowNanos - progressNanos > patienceNanos) {
            giveUp();
            pump();
        }
    }

    /** Lets go of what is under way; streams have let go of theirs. */
    void giveUp() {
        underWay.forEach(PieceBytes.Leaving::discard);
        underWay.clear();
        windowBytes = 0;
    }

    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (windowBytes < WINDOW_BYTES && !waiting.isEmpty()) {
                LaneStream next = waiting.remove();
                StreamMessage.Part part = next.nextPart();
                if (next.isWaiting()) {
                    waiting.add(next);
                }
                if (part != null) {
                    send(next, part);
                }
            }
        } finally {
            pumping = false;
        }
    }

    private void send(LaneStream stream, StreamMessage.Part part) {
        if (!(part.bytes() instanceof PieceBytes.Leaving piece)) {
            throw new IllegalStateException("A piece that has arrived is sent on.");
        }
        if (underWay.isEmpty()) {
            progressNanos = System.nanoTime();
        }
        underWay.add(piece);
        windowBytes += piece.lengthBytes();
        bus.apply(part)
                .onComplete(written -> context.runOnContext(go -> {
                    if (underWay.remove(piece)) {
                        piece.discard();
                        windowBytes -= piece.lengthBytes();
                        progressNanos = System.nanoTime();
                    }
                    if (written.failed()) {
                        stream.lost(written.cause());
                    }
                    pump();
                }));
        stream.sayEndIfDue();
    }
}

package io.dataprism.stream;

import io.dataprism.bus.Replies;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.stream.Piece;
import io.dataprism.core.stream.StreamFrame;
import io.dataprism.plugin.Batch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One stream's batches on their way to another node. What a sender says stays in its order: the end waits behind the batches, and a
 * heartbeat, which does not wait, counts only what has passed. On the endpoint's context only.
 */
final class LaneStream {

    /** What the stream must be told. */
    interface Owner {

        /** A batch cannot be sent, and nothing after it. */
        void refused(DataPrismException problem);

        /** A message did not arrive. */
        void lost(Throwable cause);
    }

    private final NodeLane lane;
    private final String stream;
    private final String self;
    private final Owner owner;
    private final Consumer<StreamFrame.Data<BatchParcel>> passed;
    private final Deque<StreamFrame.Data<BatchParcel>> batches = new ArrayDeque<>();
    private StreamFrame.@Nullable ToReceiver<BatchParcel> end;
    private @Nullable OutgoingBatch current;
    private @Nullable Schema schema;
    private int nextPiece;
    private boolean closed;

    /**
     * @param self this node
     * @param passed told of each batch whose last piece is with the bus
     */
    LaneStream(NodeLane lane, String stream, String self, Owner owner, Consumer<StreamFrame.Data<BatchParcel>> passed) {
        this.lane = lane;
        this.stream = stream;
        this.self = self;
        this.owner = owner;
        this.passed = passed;
        lane.add();
    }

    /** The sender has something to say. */
    void offer(StreamFrame.ToReceiver<BatchParcel> frame) {
        switch (frame) {
            case StreamFrame.Data<BatchParcel> data -> {
                batches.add(data);
                if (batches.size() == 1) {
                    lane.enqueue(this);
                }
            }
            case StreamFrame.Alive<BatchParcel> alive -> say(alive);
            case StreamFrame.End<BatchParcel> last -> sayLast(last);
            case StreamFrame.Failed<BatchParcel> last -> sayLast(last);
        }
    }

    private void sayLast(StreamFrame.ToReceiver<BatchParcel> last) {
        if (batches.isEmpty()) {
            say(last);
        } else {
            end = last;
            say(new StreamFrame.Alive<>(batches.getFirst().sequence()));
        }
    }

    private void say(StreamFrame.ToReceiver<BatchParcel> frame) {
        StreamFrame<BatchParcel> said = frame instanceof StreamFrame.Alive<BatchParcel> && !batches.isEmpty()
                ? new StreamFrame.Alive<>(batches.getFirst().sequence())
                : frame;
        lane.say(new StreamMessage.Control(stream, self, said)).onFailure(owner::lost);
    }

    /** Whether there are pieces to send. */
    boolean isWaiting() {
        return !batches.isEmpty();
    }

    /** The next piece, with a reference of its own; null where it turns out that there is none. */
    StreamMessage.@Nullable Part nextPart() {
        StreamFrame.Data<BatchParcel> data = batches.getFirst();
        OutgoingBatch batch = current == null ? begin(data) : current;
        if (batch == null) {
            return null;
        }
        Piece piece = batch.piece(data.sequence(), nextPiece);
        PieceBytes.Leaving bytes = batch.bytes(piece);
        nextPiece++;
        if (nextPiece == piece.count()) {
            finish(data, batch);
        }
        return new StreamMessage.Part(stream, self, piece, bytes);
    }

    private @Nullable OutgoingBatch begin(StreamFrame.Data<BatchParcel> data) {
        Batch batch = data.payload().take();
        if (batch == null) {
            batches.clear();
            return null;
        }
        try {
            Schema found = batch.schema();
            current = OutgoingBatch.of(batch, !found.equals(schema));
            schema = found;
            nextPiece = 0;
            return current;
        } catch (RuntimeException refused) {
            batches.clear();
            end = null;
            owner.refused(Replies.toProblem(refused));
            return null;
        }
    }

    private void finish(StreamFrame.Data<BatchParcel> data, OutgoingBatch batch) {
        batches.remove();
        current = null;
        batch.release();
        passed.accept(data);
    }

    /** After the last piece has been given to the bus: the end may follow. */
    void sayEndIfDue() {
        StreamFrame.ToReceiver<BatchParcel> last = end;
        if (last != null && batches.isEmpty() && !closed) {
            end = null;
            say(last);
        }
    }

    /** A piece did not arrive. */
    void lost(Throwable cause) {
        if (!closed) {
            owner.lost(cause);
        }
    }

    /** Lets go of everything that is not with the bus. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        lane.remove(this);
        batches.clear();
        end = null;
        if (current != null) {
            current.release();
            current = null;
        }
    }
}

package io.dataprism.stream;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.stream.Piece;
import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.stream.BatchCodec;
import io.dataprism.sandbox.stream.RecordBatches;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowBuffer;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * A batch on its way to another node, cut into pieces. Its bytes stay where they are until a piece is written to the wire, which
 * is the one copy. Counted by reference: one for whoever cuts it, one for each piece under way; the last frees the batch.
 * Safe on any thread.
 */
final class OutgoingBatch {

    private static final byte[] ZEROS = new byte[BatchLayout.ALIGNMENT_BYTES];

    private final Batch batch;
    private final ArrowRecordBatch message;
    private final byte[] head;
    private final int totalBytes;
    private final AtomicInteger references = new AtomicInteger(1);

    private OutgoingBatch(Batch batch, ArrowRecordBatch message, byte[] head, int totalBytes) {
        this.batch = batch;
        this.message = message;
        this.head = head;
        this.totalBytes = totalBytes;
    }

    /**
     * Takes the batch over; where it is refused, it is closed.
     *
     * @param withSchema whether the receiver does not know the schema yet
     * @throws DataPrismException PAYLOAD_TOO_LARGE beyond {@link BatchLayout#LARGEST_BYTES}
     */
    static OutgoingBatch of(Batch batch, boolean withSchema) {
        ArrowRecordBatch message = null;
        try {
            byte[] schema = withSchema ? BatchCodec.encodeSchema(batch.schema()) : new byte[0];
            message = RecordBatches.unload(batch.root());
            ByteBuffer metadata = MessageSerializer.serializeMetadata(message, IpcOption.DEFAULT);
            byte[] head = head(schema, metadata);
            long totalBytes = head.length + message.computeBodyLength();
            if (totalBytes > BatchLayout.LARGEST_BYTES) {
                throw tooLarge(batch.rowCount(), totalBytes);
            }
            return new OutgoingBatch(batch, message, head, (int) totalBytes);
        } catch (RuntimeException refused) {
            if (message != null) {
                message.close();
            }
            batch.close();
            throw refused;
        }
    }

    private static byte[] head(byte[] schema, ByteBuffer metadata) {
        byte[] head = new byte[BatchLayout.headBytes(schema.length, metadata.remaining())];
        ByteBuffer.wrap(head)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(schema.length)
                .putInt(metadata.remaining())
                .put(schema)
                .put(metadata);
        return head;
    }

    private static DataPrismException tooLarge(int rows, long totalBytes) {
        return new DataPrismException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "A batch of " + rows + " rows has " + totalBytes + " bytes; between nodes at most "
                        + BatchLayout.LARGEST_BYTES + " are possible.",
                "Select fewer or shorter values for each row.");
    }

    /** How many pieces there are, at least 1. */
    int pieces() {
        return Math.ceilDiv(totalBytes, BatchLayout.PIECE_BYTES);
    }

    /** A piece as it is announced. */
    Piece piece(long sequence, int index) {
        int start = index * BatchLayout.PIECE_BYTES;
        int length = Math.min(BatchLayout.PIECE_BYTES, totalBytes - start);
        return new Piece(sequence, index, pieces(), totalBytes, length);
    }

    /** The bytes of a piece, to be written or discarded. */
    PieceBytes.Leaving bytes(Piece piece) {
        references.incrementAndGet();
        return new PieceBytes.Leaving(this, piece.index() * BatchLayout.PIECE_BYTES, piece.lengthBytes());
    }

    /** Gives one reference back. */
    void release() {
        if (references.decrementAndGet() == 0) {
            message.close();
            batch.close();
        }
    }

    /** Appends some of the bytes. The buffer grows once. */
    void write(Buffer wire, int start, int lengthBytes) {
        int base = wire.length() - start;
        int end = start + lengthBytes;
        wire.setByte(base + end - 1, (byte) 0);
        int at = start;
        if (at < head.length) {
            int length = Math.min(head.length, end) - at;
            wire.setBytes(base + at, head, at, length);
            at += length;
        }
        List<ArrowBuf> buffers = message.getBuffers();
        List<ArrowBuffer> layout = message.getBuffersLayout();
        for (int index = 0; index < buffers.size() && at < end; index++) {
            long from = head.length + layout.get(index).getOffset();
            long to = from + layout.get(index).getSize();
            if (to > at) {
                at = pad(wire, base, at, (int) Math.min(from, end));
                int length = (int) Math.min(to, end) - at;
                if (length > 0) {
                    wire.setBytes(base + at, buffers.get(index).nioBuffer(at - from, length));
                    at += length;
                }
            }
        }
        pad(wire, base, at, end);
    }

    /** What is between two buffers, which is less than the alignment; new memory of the wire may hold anything. */
    private static int pad(Buffer wire, int base, int from, int to) {
        if (to > from) {
            wire.setBytes(base + from, ZEROS, 0, to - from);
        }
        return Math.max(from, to);
    }
}

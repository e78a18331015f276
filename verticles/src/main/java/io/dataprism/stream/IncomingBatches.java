package io.dataprism.stream;

import io.dataprism.core.stream.Piece;
import io.dataprism.core.stream.PieceOrder;
import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchCodec;
import io.dataprism.sandbox.stream.RecordBatches;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of one stream's batches together. Takes memory for a batch once, with its first piece, and copies each piece
 * there; the batch's vectors are slices of that. Another node is trusted, yet nothing that it sends is read or written
 * out of bounds. Not safe for several threads.
 */
final class IncomingBatches {

    private final BufferAllocator allocator;
    private final PieceOrder order = new PieceOrder(BatchLayout.LARGEST_BYTES, BatchLayout.PIECE_BYTES);
    private @Nullable Schema schema;
    private @Nullable ArrowBuf whole;

    IncomingBatches(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Adds the next piece.
     *
     * @return the batch, with its last piece
     * @throws ProtocolException where the piece is not the next one, or the batch cannot be read
     * @throws org.apache.arrow.memory.OutOfMemoryException where there is no memory for the batch
     */
    @Nullable
    Batch add(Piece piece, PieceBytes.Arrived bytes) {
        String problem = order.add(piece);
        if (problem != null) {
            throw new ProtocolException("The sender " + problem + ".");
        }
        ArrowBuf target = whole == null ? allocator.buffer(piece.totalBytes()) : whole;
        whole = target;
        int start = order.offsetBytes() - piece.lengthBytes();
        ((BufferInternal) bytes.wire())
                .getByteBuf()
                .getBytes(bytes.start(), target.nioBuffer(start, piece.lengthBytes()));
        if (!order.isWhole()) {
            return null;
        }
        try (target) {
            whole = null;
            return read(target, piece.totalBytes());
        }
    }

    private Batch read(ArrowBuf target, int totalBytes) {
        if (totalBytes < BatchLayout.LENGTHS_BYTES) {
            throw new ProtocolException("A batch has " + totalBytes + " bytes, too few for its lengths.");
        }
        int schemaBytes = target.getInt(0);
        int metadataBytes = target.getInt(Integer.BYTES);
        long leastBytes = (long) BatchLayout.LENGTHS_BYTES + schemaBytes + metadataBytes;
        if (schemaBytes < 0 || metadataBytes < 1 || leastBytes > totalBytes) {
            throw new ProtocolException("A batch of " + totalBytes + " bytes announces " + schemaBytes
                    + " bytes of schema and " + metadataBytes + " of metadata.");
        }
        int headBytes = Math.min(totalBytes, BatchLayout.headBytes(schemaBytes, metadataBytes));
        ByteBuffer metadata = target.nioBuffer(BatchLayout.LENGTHS_BYTES + schemaBytes, metadataBytes);
        ArrowBuf body = target.slice(headBytes, totalBytes - headBytes);
        return RecordBatches.load(metadata, body, schema(target, schemaBytes), allocator, RecordBatches.Check.BOUNDS);
    }

    private Schema schema(ArrowBuf target, int schemaBytes) {
        if (schemaBytes > 0) {
            byte[] message = new byte[schemaBytes];
            target.getBytes(BatchLayout.LENGTHS_BYTES, message);
            schema = BatchCodec.decodeSchema(message);
        }
        if (schema == null) {
            throw new ProtocolException("The first batch of a stream came without its schema.");
        }
        return schema;
    }

    /** Lets go of a batch that is not whole. */
    void close() {
        if (whole != null) {
            whole.close();
            whole = null;
        }
    }
}

package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowBuffer;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * The Arrow IPC message of one batch where it lies: what describes it, and the batch's own buffers, uncopied. Good until
 * {@link #close()}, which gives the batch back; call it once, on any thread.
 */
public final class ArrowParts implements AutoCloseable {

    private static final int ALIGNMENT_BYTES = 8;
    private static final int PREFIX_BYTES = 8;

    private final Batch batch;
    private final ArrowRecordBatch message;
    private final List<ByteBuffer> parts;
    private final long sizeBytes;

    private ArrowParts(Batch batch, ArrowRecordBatch message, List<ByteBuffer> parts) {
        this.batch = batch;
        this.message = message;
        this.parts = parts;
        this.sizeBytes = parts.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    /** The message of a batch, which is taken over. */
    public static ArrowParts of(Batch batch) {
        ArrowRecordBatch message = null;
        try {
            message = new VectorUnloader(batch.root()).getRecordBatch();
            List<ByteBuffer> parts = new ArrayList<>();
            parts.add(head(message));
            long at = 0;
            List<ArrowBuffer> layout = message.getBuffersLayout();
            for (int index = 0; index < layout.size(); index++) {
                ArrowBuffer place = layout.get(index);
                pad(parts, place.getOffset() - at);
                ArrowBuf bytes = message.getBuffers().get(index);
                if (place.getSize() > 0) {
                    parts.add(bytes.nioBuffer(0, Math.toIntExact(place.getSize())));
                }
                at = place.getOffset() + place.getSize();
            }
            pad(parts, message.computeBodyLength() - at);
            return new ArrowParts(batch, message, parts);
        } catch (RuntimeException failure) {
            if (message != null) {
                message.close();
            }
            batch.close();
            throw failure;
        }
    }

    private static ByteBuffer head(ArrowRecordBatch message) {
        ByteBuffer metadata = MessageSerializer.serializeMetadata(message, IpcOption.DEFAULT);
        int length = metadata.remaining();
        int padded = (PREFIX_BYTES + length + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
        ByteBuffer head = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(MessageSerializer.IPC_CONTINUATION_TOKEN)
                .putInt(padded - PREFIX_BYTES)
                .put(metadata);
        return head.rewind();
    }

    private static void pad(List<ByteBuffer> parts, long bytes) {
        if (bytes > 0) {
            parts.add(ByteBuffer.allocate(Math.toIntExact(bytes)));
        }
    }

    /** In order; the bytes of small ones are on the heap, those of the batch are not. */
    public List<ByteBuffer> parts() {
        return parts;
    }

    /** Of all parts. */
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void close() {
        message.close();
        batch.close();
    }
}

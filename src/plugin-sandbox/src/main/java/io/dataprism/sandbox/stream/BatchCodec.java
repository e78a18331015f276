package io.dataprism.sandbox.stream;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.FrameSink;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.RecordBatches.Check;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/** Schemas and batches as Arrow IPC messages. Reading copies, then validates, then makes vectors. Any thread. */
public final class BatchCodec {

    private static final int LENGTH_BYTES = 4;

    private BatchCodec() {}

    /** A schema message. */
    public static byte[] encodeSchema(Schema schema) {
        ByteBuffer message = MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT);
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        return bytes;
    }

    /** Reads a schema message of a peer that is not trusted. @throws ProtocolException where it is not legal */
    public static Schema decodeSchema(byte[] payload) {
        try {
            Message message = Message.getRootAsMessage(ByteBuffer.wrap(payload));
            if (message.headerType() != MessageHeader.Schema) {
                throw new ProtocolException("A schema was announced, and something else was sent.");
            }
            SchemaValidator.checkSize(message);
            return MessageSerializer.deserializeSchema(message);
        } catch (ProtocolException refused) {
            throw refused;
        } catch (RuntimeException | AssertionError failure) {
            throw new ProtocolException("A schema was sent that cannot be read.", failure);
        }
    }

    static long bodyBytes(VectorSchemaRoot root) {
        try (ArrowRecordBatch message = RecordBatches.unload(root)) {
            return message.computeBodyLength();
        }
    }

    /**
     * Writes a batch as one frame.
     *
     * @param area where its body goes, if it is large and there is room
     * @return whether it went with the frame though it is large
     * @throws IllegalArgumentException, before anything is written, where it is too large
     */
    static boolean write(FrameSink sink, long id, VectorSchemaRoot root, BatchArea area) throws IOException {
        try (ArrowRecordBatch message = RecordBatches.unload(root)) {
            ByteBuffer metadata = MessageSerializer.serializeMetadata(message, IpcOption.DEFAULT);
            long bodyBytes = message.computeBodyLength();
            boolean large = bodyBytes >= BatchArea.LEAST_BYTES;
            int headBytes = PlacedBatch.HEAD_BYTES + metadata.remaining();
            BatchArea.Place place = large && FrameType.PLACED.allows(headBytes) ? area.take(bodyBytes) : null;
            if (place != null) {
                PlacedBatch.put(message, place.memory());
                sink.begin(FrameType.PLACED, id, headBytes);
                sink.write(ByteBuffer.allocate(PlacedBatch.HEAD_BYTES)
                        .putLong(place.offset())
                        .putLong(bodyBytes)
                        .flip());
                sink.write(metadata);
                return false;
            }
            long sizeBytes = LENGTH_BYTES + metadata.remaining() + bodyBytes;
            if (!FrameType.BATCH.allows(sizeBytes)) {
                throw new IllegalArgumentException("A batch of " + root.getRowCount() + " rows has " + sizeBytes
                        + " bytes; at most " + FrameType.BATCH.mostBytes() + " are allowed.");
            }
            sink.begin(FrameType.BATCH, id, (int) sizeBytes);
            sink.write(ByteBuffer.allocate(LENGTH_BYTES).putInt(0, metadata.remaining()));
            sink.write(metadata);
            MessageSerializer.writeBatchBuffers(new WriteChannel(new SinkChannel(sink)), message);
            return large;
        }
    }

    /**
     * Reads a batch.
     *
     * @param trusted whether the peer is the host, whose batches need no check of their contents
     * @param schema of the stream
     * @param allocator of the batch's buffers
     * @throws ProtocolException where the message is not a legal batch of that schema
     * @throws org.apache.arrow.memory.OutOfMemoryException where the allocator has no room
     */
    public static Batch decode(byte[] payload, Schema schema, BufferAllocator allocator, boolean trusted) {
        int metadataBytes = ByteBuffer.wrap(payload).getInt();
        int bodyBytes = payload.length - LENGTH_BYTES - metadataBytes;
        if (metadataBytes <= 0 || bodyBytes < 0) {
            throw new ProtocolException(
                    "A batch of " + payload.length + " bytes announces " + metadataBytes + " bytes of metadata.");
        }
        ByteBuffer metadata =
                ByteBuffer.wrap(payload, LENGTH_BYTES, metadataBytes).slice();
        // before there is memory for it
        RecordBatches.header(metadata.duplicate(), bodyBytes);
        try (ArrowBuf body = allocator.buffer(bodyBytes)) {
            body.setBytes(0, payload, LENGTH_BYTES + metadataBytes, bodyBytes);
            Check check = trusted ? Check.NONE : Check.CONTENTS;
            return RecordBatches.load(metadata, body.slice(0, bodyBytes), schema, allocator, check);
        }
    }

    private record SinkChannel(FrameSink sink) implements WritableByteChannel {

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            sink.write(bytes);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}

package io.dataprism.sandbox.stream;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.FrameSink;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
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
        try (ArrowRecordBatch message = unload(root)) {
            return message.computeBodyLength();
        }
    }

    /** Writes a batch as one frame. @throws IllegalArgumentException, before anything is written, where it is too large */
    static void write(FrameSink sink, long id, VectorSchemaRoot root) throws IOException {
        try (ArrowRecordBatch message = unload(root)) {
            ByteBuffer metadata = MessageSerializer.serializeMetadata(message, IpcOption.DEFAULT);
            long sizeBytes = LENGTH_BYTES + metadata.remaining() + message.computeBodyLength();
            if (!FrameType.BATCH.allows(sizeBytes)) {
                throw new IllegalArgumentException("A batch of " + root.getRowCount() + " rows has " + sizeBytes
                        + " bytes; at most " + FrameType.BATCH.mostBytes() + " are allowed.");
            }
            sink.begin(FrameType.BATCH, id, (int) sizeBytes);
            sink.write(ByteBuffer.allocate(LENGTH_BYTES).putInt(0, metadata.remaining()));
            sink.write(metadata);
            MessageSerializer.writeBatchBuffers(new WriteChannel(new SinkChannel(sink)), message);
        }
    }

    /** A batch as a message. Without rows it has empty buffers only: Arrow's own announce offsets that they do not have. */
    private static ArrowRecordBatch unload(VectorSchemaRoot root) {
        ArrowRecordBatch message = new VectorUnloader(root).getRecordBatch();
        try {
            if (root.getRowCount() == 0) {
                List<ArrowFieldNode> nodes =
                        Collections.nCopies(message.getNodes().size(), new ArrowFieldNode(0, 0));
                ArrowRecordBatch empty = new ArrowRecordBatch(
                        0,
                        nodes,
                        message.getBuffers().stream()
                                .map(buffer -> buffer.slice(0, 0))
                                .toList());
                message.close();
                return empty;
            }
            for (ArrowBuf buffer : message.getBuffers()) {
                if (buffer.readableBytes() > buffer.capacity()) {
                    throw new IllegalArgumentException("A vector of the batch has " + root.getRowCount()
                            + " values and a buffer of " + buffer.capacity() + " bytes.");
                }
            }
            return message;
        } catch (RuntimeException failure) {
            message.close();
            throw failure;
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
        RecordBatch header = header(payload, metadataBytes, bodyBytes);
        try (ArrowBuf body = allocator.buffer(bodyBytes)) {
            body.setBytes(0, payload, LENGTH_BYTES + metadataBytes, bodyBytes);
            try (ArrowRecordBatch message = cut(header, body)) {
                if (!trusted) {
                    new BatchValidator(message).check(schema);
                }
                return load(message, schema, allocator);
            }
        } catch (ProtocolException | OutOfMemoryException asItIs) {
            throw asItIs;
        } catch (RuntimeException failure) {
            throw new ProtocolException("A batch was sent that cannot be read.", failure);
        }
    }

    private static ArrowRecordBatch cut(RecordBatch header, ArrowBuf body) {
        List<ArrowFieldNode> nodes = new ArrayList<>();
        for (int index = 0; index < header.nodesLength(); index++) {
            FieldNode node = header.nodes(index);
            nodes.add(new ArrowFieldNode(node.length(), node.nullCount()));
        }
        List<ArrowBuf> buffers = new ArrayList<>();
        for (int index = 0; index < header.buffersLength(); index++) {
            Buffer buffer = header.buffers(index);
            ArrowBuf slice = body.slice(buffer.offset(), buffer.length());
            slice.writerIndex(buffer.length());
            buffers.add(slice);
        }
        return new ArrowRecordBatch((int) header.length(), nodes, buffers);
    }

    private static RecordBatch header(byte[] payload, int metadataBytes, int bodyBytes) {
        try {
            ByteBuffer metadata =
                    ByteBuffer.wrap(payload, LENGTH_BYTES, metadataBytes).slice();
            Message message = Message.getRootAsMessage(metadata);
            if (message.headerType() != MessageHeader.RecordBatch
                    || !(message.header(new RecordBatch()) instanceof RecordBatch header)) {
                throw new ProtocolException("A batch was announced, and something else was sent.");
            }
            BatchValidator.checkHeader(header, message.bodyLength(), bodyBytes);
            return header;
        } catch (IndexOutOfBoundsException | IllegalArgumentException | AssertionError failure) {
            throw new ProtocolException("A batch was sent whose metadata cannot be read.", failure);
        }
    }

    private static Batch load(ArrowRecordBatch message, Schema schema, BufferAllocator allocator) {
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        try {
            if (message.getLength() == 0) {
                root.allocateNew();
                root.setRowCount(0);
            } else {
                new VectorLoader(root).load(message);
            }
            return new Batch(root);
        } catch (RuntimeException failure) {
            root.close();
            throw failure;
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

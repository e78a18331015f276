package io.dataprism.sandbox.stream;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.ProtocolException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
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
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow IPC record batch messages, taken apart and put together without a copy of the body. Any thread. */
public final class RecordBatches {

    /** How much of what a peer sends is looked at before vectors are made of it. */
    public enum Check {
        /** A plugin: everything, texts too. */
        CONTENTS,
        /** Another node: all that could lead a reader of the vectors out of their buffers. */
        BOUNDS,
        /** The host: what cutting the body needs. */
        NONE
    }

    private RecordBatches() {}

    /**
     * A batch as a message, which shares its buffers with the vectors and is the caller's to close. Without rows it has empty
     * buffers only: Arrow's own announce offsets that they do not have.
     *
     * @throws IllegalArgumentException where a vector has fewer bytes than its rows need
     */
    public static ArrowRecordBatch unload(VectorSchemaRoot root) {
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
     * Makes a batch of a message. Its vectors share the body, which remains the caller's to close.
     *
     * @param metadata the message without its body
     * @param body exactly the body, at an address that is a multiple of 8
     * @param schema of the stream
     * @param allocator of what is not in the body
     * @throws ProtocolException where the message is not a legal batch of that schema
     * @throws OutOfMemoryException where the allocator has no room
     */
    public static Batch load(
            ByteBuffer metadata, ArrowBuf body, Schema schema, BufferAllocator allocator, Check check) {
        RecordBatch header = header(metadata, body.capacity());
        try (ArrowRecordBatch message = cut(header, body)) {
            if (check != Check.NONE) {
                new BatchValidator(message, check == Check.CONTENTS).check(schema);
            }
            return load(message, schema, allocator);
        } catch (ProtocolException | OutOfMemoryException asItIs) {
            throw asItIs;
        } catch (RuntimeException failure) {
            throw new ProtocolException("A batch was sent that cannot be read.", failure);
        }
    }

    /** The bytes of a buffer, without a check at each access that they are still there: the caller holds the buffer meanwhile. */
    static MemorySegment segment(ArrowBuf buffer) {
        return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(buffer.capacity());
    }

    static RecordBatch header(ByteBuffer metadata, long bodyBytes) {
        try {
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

    private static Batch load(ArrowRecordBatch message, Schema schema, BufferAllocator allocator) {
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        try {
            if (message.getLength() == 0) {
                // Arrow would take room for 3,970 rows, of which a few bytes of schema say how wide they are
                root.getFieldVectors().forEach(vector -> vector.setInitialCapacity(0));
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
}

package io.dataprism.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The messages of one Arrow IPC stream, each in a frame of its own: schema, batches, end. On one thread. */
final class ArrowDecoder {

    private static final int END_BYTES = 8;

    private final BufferAllocator allocator;
    private @Nullable Schema schema;

    ArrowDecoder(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Reads the next message.
     *
     * @param frame length of the id, id, message; backed by an array
     * @return rows, which the caller closes; null for a message that has none
     * @throws ConnectionException where it is no such message, or there is no memory for it
     */
    @Nullable
    Batch next(ByteBuffer frame) {
        try {
            frame.position(frame.position() + Integer.BYTES + frame.getInt(frame.position()));
            ReadChannel message = new ReadChannel(Channels.newChannel(new ByteArrayInputStream(
                    frame.array(), frame.arrayOffset() + frame.position(), frame.remaining())));
            if (schema == null) {
                schema = MessageSerializer.deserializeSchema(message);
                return null;
            }
            return frame.remaining() <= END_BYTES ? null : rows(schema, message);
        } catch (IOException | RuntimeException unreadable) {
            throw ConnectionException.broken("Rows could not be read: " + Answers.words(unreadable) + ".", unreadable);
        }
    }

    private Batch rows(Schema of, ReadChannel message) throws IOException {
        VectorSchemaRoot root = VectorSchemaRoot.create(of, allocator);
        try (ArrowRecordBatch record =
                (ArrowRecordBatch) MessageSerializer.deserializeMessageBatch(message, allocator)) {
            new VectorLoader(root).load(record);
            return new Batch(root);
        } catch (IOException | RuntimeException failure) {
            root.close();
            throw failure;
        }
    }
}

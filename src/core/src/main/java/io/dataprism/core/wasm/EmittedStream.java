package io.dataprism.core.wasm;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.ProtocolException;
import io.dataprism.sandbox.stream.BatchCodec;
import io.dataprism.sandbox.stream.RecordBatches;
import io.dataprism.sandbox.stream.RecordBatches.Check;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An Arrow IPC stream that a module wrote, of which nothing is believed: where its messages begin and end is checked before any of them is
 * read, and a batch in full before it becomes vectors. For one thread.
 */
final class EmittedStream {

    private static final int CONTINUATION = -1;
    private static final int PREFIX_BYTES = 8;

    private final ByteBuffer bytes;
    private final byte[] schema;

    /** @throws ProtocolException where it is no whole stream */
    EmittedStream(byte[] stream) {
        bytes = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
        Part first = part();
        if (first == null || first.bodyBytes() > 0) {
            throw new ProtocolException("The stream does not begin with a schema.");
        }
        schema = Arrays.copyOfRange(stream, first.at(), first.body());
        int batches = bytes.position();
        while (part() != null) {}
        if (bytes.hasRemaining()) {
            throw new ProtocolException(bytes.remaining() + " bytes follow the end of the stream.");
        }
        bytes.position(batches);
    }

    /** The message that it begins with: where it is the same, the schema is. */
    byte[] head() {
        return schema;
    }

    /** @throws ProtocolException where it is none */
    Schema schema() {
        return BatchCodec.decodeSchema(schema);
    }

    /**
     * The next batch; after {@link #more}.
     *
     * @throws ProtocolException where it is no batch of that schema
     * @throws org.apache.arrow.memory.OutOfMemoryException where the allocator has no room
     */
    Batch next(Schema known, BufferAllocator allocator) {
        Part part = Objects.requireNonNull(part());
        ByteBuffer metadata = bytes.slice(part.at(), part.body() - part.at());
        try (ArrowBuf body = allocator.buffer(part.bodyBytes())) {
            body.setBytes(0, bytes.array(), part.body(), part.bodyBytes());
            return RecordBatches.load(metadata, body.slice(0, part.bodyBytes()), known, allocator, Check.CONTENTS);
        }
    }

    /** Whether there is one more. */
    boolean more() {
        return bytes.getInt(bytes.position() + Integer.BYTES) != 0;
    }

    /** Steps over the next message; null: over the end. */
    private @Nullable Part part() {
        if (bytes.remaining() < PREFIX_BYTES) {
            throw new ProtocolException("The stream has no end: " + bytes.capacity() + " bytes were emitted.");
        }
        int mark = bytes.getInt();
        int length = bytes.getInt();
        if (mark != CONTINUATION || length < 0 || length > bytes.remaining()) {
            throw new ProtocolException("The stream has no message at byte " + (bytes.position() - PREFIX_BYTES) + ".");
        }
        if (length == 0) {
            return null;
        }
        int at = bytes.position();
        long bodyBytes = bodyBytes(bytes.slice(at, length));
        if (bodyBytes < 0 || bodyBytes > bytes.remaining() - length) {
            throw new ProtocolException("A message announces a body of " + bodyBytes + " bytes where "
                    + (bytes.remaining() - length) + " are left of the stream.");
        }
        bytes.position(at + length + (int) bodyBytes);
        return new Part(at, at + length, (int) bodyBytes);
    }

    private static long bodyBytes(ByteBuffer metadata) {
        try {
            return Message.getRootAsMessage(metadata).bodyLength();
        } catch (IndexOutOfBoundsException | IllegalArgumentException | AssertionError failure) {
            throw new ProtocolException("A message was emitted whose metadata cannot be read.", failure);
        }
    }

    /** A message: where it and its body begin. */
    private record Part(int at, int body, int bodyBytes) {}
}

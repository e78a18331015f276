package io.dataprism.core.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The encapsulated messages of an Arrow IPC stream, each in one piece: Arrow's own writer makes two dozen small writes of a
 * batch, here they meet in one array, with one copy.
 */
public final class ArrowMessages {

    private static final int HEADER_ESTIMATE_BYTES = 4_096;
    private static final byte[] END_OF_STREAM = {-1, -1, -1, -1, 0, 0, 0, 0};

    private ArrowMessages() {}

    /** The message that begins a stream. */
    public static void schema(ByteSink out, Schema schema) {
        try {
            MessageSerializer.serialize(channel(out), schema, IpcOption.DEFAULT);
        } catch (IOException impossible) {
            throw new UncheckedIOException("An Arrow schema could not be written to memory", impossible);
        }
    }

    /** The message of one batch. */
    public static void batch(ByteSink out, VectorSchemaRoot root) {
        batch(out, root, ArrowCompression.NONE);
    }

    /** The message of one batch, its buffers compressed. */
    static void batch(ByteSink out, VectorSchemaRoot root, ArrowCompression compression) {
        VectorUnloader unloader = switch (compression) {
            case NONE -> new VectorUnloader(root);
            case ZSTD -> new VectorUnloader(root, true, new ZstdBuffers(), true);
        };
        try (ArrowRecordBatch message = unloader.getRecordBatch()) {
            batch(out, message);
        }
    }

    /** The message of one batch, which stays the caller's. */
    public static void batch(ByteSink out, ArrowRecordBatch message) {
        try {
            out.reserve(Math.toIntExact(message.computeBodyLength() + HEADER_ESTIMATE_BYTES));
            MessageSerializer.serialize(channel(out), message, IpcOption.DEFAULT);
        } catch (IOException impossible) {
            throw new UncheckedIOException("An Arrow batch could not be written to memory", impossible);
        }
    }

    /** What ends a stream. */
    public static void end(ByteSink out) {
        out.add(END_OF_STREAM);
    }

    private static WriteChannel channel(ByteSink out) {
        return new WriteChannel(new WritableByteChannel() {
            @Override
            public int write(ByteBuffer source) {
                int count = source.remaining();
                out.add(source);
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        });
    }
}

package io.dataprism.core.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.apache.arrow.flatbuf.Message;

/**
 * Walks the messages of an Arrow stream without reading their bodies, so that no length that a client wrote is believed before
 * the file is known to be that long: readers allocate first.
 */
final class ArrowFraming {

    private static final int CONTINUATION = -1;
    private static final int METADATA_BYTES_LIMIT = 16 << 20;
    private static final int PREFIX_BYTES = 2 * Integer.BYTES;

    private ArrowFraming() {}

    /**
     * Checks a whole stream.
     *
     * @param start where in the file it begins
     * @throws IOException naming the first message that does not fit
     */
    static void check(Path file, long start) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            long position = start;
            for (int message = 0; position + PREFIX_BYTES <= size; message++) {
                ByteBuffer prefix = read(channel, position, PREFIX_BYTES);
                int length = prefix.getInt() == CONTINUATION ? prefix.getInt() : -1;
                if (length == 0) {
                    return;
                }
                position += PREFIX_BYTES;
                if (length < 0 || length > METADATA_BYTES_LIMIT || length > size - position) {
                    throw new IOException("message " + message + " has no metadata that fits into the upload");
                }
                long body = Message.getRootAsMessage(read(channel, position, length))
                        .bodyLength();
                position += length;
                if (body < 0 || body > size - position) {
                    throw new IOException("message " + message + " has a body of " + body + " bytes, and "
                            + (size - position) + " are left of the upload");
                }
                position += body;
            }
            if (position == start) {
                throw new IOException("it holds no message");
            }
        }
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the upload ends within a message");
            }
        }
        return buffer.flip();
    }
}

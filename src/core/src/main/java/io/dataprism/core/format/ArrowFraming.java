package io.dataprism.core.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.apache.arrow.flatbuf.Message;

/** Walks the messages of an Arrow stream in a file, so that no length in it can make the reader allocate more than there is. */
final class ArrowFraming {

    private static final int CONTINUATION = -1;
    private static final int METADATA_LIMIT_BYTES = 16 * 1024 * 1024;

    private ArrowFraming() {}

    /**
     * @throws IOException where a message is longer than the file, or the end is missing
     */
    static void check(FileChannel file) throws IOException {
        long position = 0;
        while (true) {
            int length = integer(file, position);
            position += Integer.BYTES;
            if (length == CONTINUATION) {
                length = integer(file, position);
                position += Integer.BYTES;
            }
            if (length == 0) {
                return;
            }
            if (length < 0 || length > METADATA_LIMIT_BYTES || length > file.size() - position) {
                throw new IOException("a message's metadata has " + length + " bytes at " + position);
            }
            long body = Message.getRootAsMessage(read(file, position, length)).bodyLength();
            position += length;
            if (body < 0 || body > file.size() - position) {
                throw new IOException("a message's body has " + body + " bytes at " + position);
            }
            position += body;
        }
    }

    private static int integer(FileChannel file, long position) throws IOException {
        return read(file, position, Integer.BYTES).getInt();
    }

    private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException("the stream ends at " + position + " without an end of stream");
            }
        }
        return bytes.flip();
    }
}

package io.dataprism.core.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Walks the messages of an uploaded Arrow stream without reading their bodies, so that no length that a client wrote is
 * believed before the file is known to be that long: readers allocate first. Blocks on the disk.
 */
public final class ArrowFraming {

    private static final int CONTINUATION = -1;
    private static final int METADATA_LIMIT_BYTES = 16 * 1024 * 1024;

    private ArrowFraming() {}

    /**
     * Checks a whole stream; the channel's position stays.
     *
     * @param start where in the file it begins
     * @param last whether nothing may follow the end of stream
     * @return whether it has an end of stream; false: the file ends with a whole message
     * @throws IOException naming the first message that does not fit
     * @throws RuntimeException where a message's metadata is not what its length says
     */
    public static boolean check(FileChannel file, long start, boolean last) throws IOException {
        long size = file.size();
        long position = start;
        for (int message = 0; position + Integer.BYTES <= size; message++) {
            int length = integer(file, position);
            position += Integer.BYTES;
            if (length == CONTINUATION) {
                length = integer(file, position);
                position += Integer.BYTES;
            }
            if (length == 0) {
                if (last && position < size) {
                    throw new IOException((size - position) + " bytes follow the end of the stream");
                }
                return true;
            }
            if (length < 0 || length > METADATA_LIMIT_BYTES || length > size - position) {
                throw new IOException("message " + message + " has no metadata that fits into the upload");
            }
            Message header = Message.getRootAsMessage(read(file, position, length));
            requirePlain(header, message);
            long body = header.bodyLength();
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
        return false;
    }

    /** Only who reads a stream in full finds out how long its compressed buffers really are: none is taken. */
    private static void requirePlain(Message header, int message) throws IOException {
        RecordBatch batch = switch (header.headerType()) {
            case MessageHeader.RecordBatch -> (RecordBatch) header.header(new RecordBatch());
            case MessageHeader.DictionaryBatch -> {
                var dictionary = (DictionaryBatch) header.header(new DictionaryBatch());
                yield dictionary == null ? null : dictionary.data();
            }
            default -> null;
        };
        BodyCompression compression = batch == null ? null : batch.compression();
        if (compression != null) {
            throw new IOException("the buffers of message " + message + " are compressed with "
                    + CompressionType.name(compression.codec()) + ", and plain ones are legal");
        }
    }

    private static int integer(FileChannel file, long position) throws IOException {
        return read(file, position, Integer.BYTES).getInt();
    }

    private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("the upload ends within a message");
            }
        }
        return bytes.flip();
    }
}

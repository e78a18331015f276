package io.dataprism.core.event.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The number up to which records were acknowledged, in a file beside the segments. It is written after each group and not forced,
 * so it is exact when the process dies and old at worst when the machine does: it may know less than the segments hold, never
 * more. So where it knows more, the segments have lost something.
 */
final class AcknowledgedMark implements AutoCloseable {

    /** What is read where nothing is known. */
    static final long UNKNOWN = -1;

    private static final int BYTES = Long.BYTES + Integer.BYTES;

    private final FileChannel channel;

    private AcknowledgedMark(FileChannel channel) {
        this.channel = channel;
    }

    static AcknowledgedMark open(Path folder) throws IOException {
        return new AcknowledgedMark(FileChannel.open(
                folder.resolve("acknowledged"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    }

    long read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
            continue;
        }
        return bytes.hasRemaining() || bytes.getInt(Long.BYTES) != checksum(bytes) ? UNKNOWN : bytes.getLong(0);
    }

    void write(long number) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).putLong(0, number);
        bytes.putInt(Long.BYTES, checksum(bytes));
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    void force() throws IOException {
        channel.force(false);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.slice(0, Long.BYTES));
        return (int) checksum.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package io.dataprism.core.event.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The number up to which records were acknowledged, and the newest segment that was begun, in a file beside the segments. It is
 * written after each group and not forced, so it is exact when the process dies and old at worst when the machine does: it may
 * know less than the segments hold, never more. So where it knows more, the segments have lost something.
 */
final class AcknowledgedMark implements AutoCloseable {

    private static final int CHECKSUM_AT = 2 * Long.BYTES;
    private static final int BYTES = CHECKSUM_AT + Integer.BYTES;

    private final FileChannel channel;

    /**
     * What the file says.
     *
     * @param number the one behind the last record that was acknowledged
     * @param segment the newest that was begun
     */
    record Seen(long number, long segment) {}

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

    /** Null where nothing is known. */
    @Nullable
    Seen read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
            continue;
        }
        return bytes.hasRemaining() || bytes.getInt(CHECKSUM_AT) != checksum(bytes)
                ? null
                : new Seen(bytes.getLong(0), bytes.getLong(Long.BYTES));
    }

    void write(Seen seen) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).putLong(0, seen.number()).putLong(Long.BYTES, seen.segment());
        bytes.putInt(CHECKSUM_AT, checksum(bytes));
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
        checksum.update(bytes.slice(0, CHECKSUM_AT));
        return (int) checksum.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package io.dataprism.core.event.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record as it lies in a file: a marker, the length of its payload, a checksum over all that follows it and the length, its
 * number, the first number of the group it was forced with, and the payload.
 *
 * @param number of the record; of a head, the number of the first record of the segment
 * @param groupFirst all records before that one were on the disk before this was written; {@value #HEAD} in a head
 * @param end where the next frame begins
 */
record Frame(long number, long groupFirst, ByteBuffer payload, int end) {

    /** Instead of the first of a group, in the frame that a segment begins with. */
    static final long HEAD = -1;

    /** What a frame has beside its payload. */
    static final int EXTRA_BYTES = 28;

    static final int PAYLOAD_BYTES_LIMIT = 1 << 20;

    private static final int MARKER = 0x44507631;
    private static final int LENGTH_AT = 4;
    private static final int CHECKSUM_AT = 8;
    private static final int NUMBER_AT = 12;

    boolean isHead() {
        return groupFirst == HEAD;
    }

    static void write(ByteBuffer to, long number, long groupFirst, byte[] payload) {
        if (payload.length > PAYLOAD_BYTES_LIMIT) {
            throw new IllegalArgumentException(
                    "A record of " + payload.length + " bytes is longer than a frame may be.");
        }
        int begin = to.position();
        to.putInt(MARKER)
                .putInt(payload.length)
                .putInt(0)
                .putLong(number)
                .putLong(groupFirst)
                .put(payload);
        to.putInt(begin + CHECKSUM_AT, checksum(to, begin, payload.length));
    }

    /** The frame that begins there; null where there is no whole and intact one. */
    static @Nullable Frame read(ByteBuffer file, int at) {
        if (file.limit() - at < EXTRA_BYTES || file.getInt(at) != MARKER) {
            return null;
        }
        int length = file.getInt(at + LENGTH_AT);
        if (length < 0 || length > PAYLOAD_BYTES_LIMIT || length > file.limit() - at - EXTRA_BYTES) {
            return null;
        }
        if (file.getInt(at + CHECKSUM_AT) != checksum(file, at, length)) {
            return null;
        }
        return new Frame(
                file.getLong(at + NUMBER_AT),
                file.getLong(at + NUMBER_AT + Long.BYTES),
                file.slice(at + EXTRA_BYTES, length),
                at + EXTRA_BYTES + length);
    }

    /** The first intact frame that begins there or later. */
    static @Nullable Frame find(ByteBuffer file, int from) {
        for (int at = from; at <= file.limit() - EXTRA_BYTES; at++) {
            Frame found = read(file, at);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static int checksum(ByteBuffer bytes, int begin, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.slice(begin + LENGTH_AT, Integer.BYTES));
        checksum.update(bytes.slice(begin + NUMBER_AT, EXTRA_BYTES - NUMBER_AT + length));
        return (int) checksum.getValue();
    }
}

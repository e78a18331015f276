package io.dataprism.cluster.shared;

import io.dataprism.core.cluster.SharedMap.Value;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The form of a value before it is sealed: a format version, its revision, whether it is a deletion, its bytes. */
final class Envelope {

    private static final byte FORMAT = 1;
    private static final int HEAD_BYTES = 1 + Long.BYTES + 1;

    private Envelope() {}

    static byte[] write(Value value) {
        return ByteBuffer.allocate(HEAD_BYTES + value.bytes().length)
                .put(FORMAT)
                .putLong(value.revision())
                .put((byte) (value.deleted() ? 1 : 0))
                .put(value.bytes())
                .array();
    }

    /** Empty for another format, or what is none. */
    static Optional<Value> read(byte[] plain) {
        if (plain.length < HEAD_BYTES || plain[0] != FORMAT) {
            return Optional.empty();
        }
        ByteBuffer head = ByteBuffer.wrap(plain);
        head.get();
        long revision = head.getLong();
        boolean deleted = head.get() != 0;
        return revision < 1
                ? Optional.empty()
                : Optional.of(new Value(revision, Arrays.copyOfRange(plain, HEAD_BYTES, plain.length), deleted));
    }
}

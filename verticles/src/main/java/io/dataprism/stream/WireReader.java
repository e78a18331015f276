package io.dataprism.stream;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Reads a message from front to back. Throws {@link IndexOutOfBoundsException} at its end; no length is believed before. */
final class WireReader {

    private final Buffer wire;
    private int position;

    WireReader(Buffer wire, int position) {
        this.wire = wire;
        this.position = position;
    }

    byte readByte() {
        return wire.getByte(position++);
    }

    int readInt() {
        position += Integer.BYTES;
        return wire.getInt(position - Integer.BYTES);
    }

    long readLong() {
        position += Long.BYTES;
        return wire.getLong(position - Long.BYTES);
    }

    String readText() {
        int start = skip(readInt());
        return new String(wire.getBytes(start, position), StandardCharsets.UTF_8);
    }

    /** Passes over so many bytes. @return where they begin */
    int skip(int lengthBytes) {
        if (lengthBytes < 0 || lengthBytes > wire.length() - position) {
            throw new IndexOutOfBoundsException("A stream message of " + wire.length() + " bytes announces "
                    + lengthBytes + " more at " + position + ".");
        }
        int start = position;
        position += lengthBytes;
        return start;
    }
}

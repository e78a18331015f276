package io.dataprism.sandbox.stream;

import io.dataprism.sandbox.frame.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;

/** Whether the texts of a vector are UTF-8 each. The offsets are known to be legal. */
public final class Utf8Check {

    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8Check() {}

    /**
     * Checks so many texts, at least one.
     *
     * @param offsetBytes of one offset: 4 or 8
     * @throws ProtocolException where one is not UTF-8 by itself
     */
    public static void check(ArrowBuf offsets, long length, int offsetBytes, ArrowBuf text) {
        long first = offset(offsets, 0, offsetBytes);
        long last = offset(offsets, length, offsetBytes);
        if (isAscii(text, first, last)) {
            return;
        }
        byte[] bytes = new byte[Math.toIntExact(last - first)];
        text.getBytes(first, bytes);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException invalid) {
            throw new ProtocolException("A batch has texts that are not UTF-8.", invalid);
        }
        for (long index = 0; index < length; index++) {
            long start = offset(offsets, index, offsetBytes);
            if (start < last && (text.getByte(start) & 0xC0) == 0x80) {
                throw new ProtocolException("A batch has a text that begins within a character.");
            }
        }
    }

    private static boolean isAscii(ArrowBuf text, long first, long last) {
        long at = first;
        for (; at + 8 <= last; at += 8) {
            if ((text.getLong(at) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; at < last; at++) {
            if (text.getByte(at) < 0) {
                return false;
            }
        }
        return true;
    }

    private static long offset(ArrowBuf offsets, long index, int offsetBytes) {
        return offsetBytes == 4 ? offsets.getInt(index * 4) : offsets.getLong(index * 8);
    }
}

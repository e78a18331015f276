package io.dataprism.sandbox.stream;

import io.dataprism.sandbox.frame.ProtocolException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;

/** Whether the texts of a vector are UTF-8 each. The offsets are known to be legal. */
public final class Utf8Check {

    private static final long HIGH_BITS = 0x8080808080808080L;

    private static final int BLOCK_BYTES = 1024;

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
        MemorySegment bytes = RecordBatches.segment(text);
        long at = first;
        for (; at + BLOCK_BYTES <= last; at += BLOCK_BYTES) {
            if ((orOfBlock(bytes, at) & HIGH_BITS) != 0) {
                return false;
            }
        }
        byte rest = 0;
        for (; at < last; at++) {
            rest |= bytes.get(ValueLayout.JAVA_BYTE, at);
        }
        return rest >= 0;
    }

    private static long orOfBlock(MemorySegment bytes, long from) {
        long all = 0;
        for (int at = 0; at < BLOCK_BYTES; at += Long.BYTES) {
            all |= bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, from + at);
        }
        return all;
    }

    private static long offset(ArrowBuf offsets, long index, int offsetBytes) {
        return offsetBytes == 4 ? offsets.getInt(index * 4) : offsets.getLong(index * 8);
    }
}

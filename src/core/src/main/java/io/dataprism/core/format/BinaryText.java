package io.dataprism.core.format;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;

/** Bytes as base64 with padding, and sixteen of them as a UUID. */
final class BinaryText {

    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);

    private BinaryText() {}

    static void base64(ByteSink out, ArrowBuf buffer, long start, int length) {
        int to = out.grow((length + 2) / 3 * 4);
        byte[] bytes = out.array();
        int i = 0;
        for (; i + 2 < length; i += 3) {
            int bits =
                    octet(buffer, start + i) << 16 | octet(buffer, start + i + 1) << 8 | octet(buffer, start + i + 2);
            bytes[to++] = ALPHABET[bits >> 18];
            bytes[to++] = ALPHABET[bits >> 12 & 63];
            bytes[to++] = ALPHABET[bits >> 6 & 63];
            bytes[to++] = ALPHABET[bits & 63];
        }
        if (i < length) {
            int bits = octet(buffer, start + i) << 16 | (i + 1 < length ? octet(buffer, start + i + 1) << 8 : 0);
            bytes[to++] = ALPHABET[bits >> 18];
            bytes[to++] = ALPHABET[bits >> 12 & 63];
            bytes[to++] = i + 1 < length ? ALPHABET[bits >> 6 & 63] : (byte) '=';
            bytes[to] = '=';
        }
    }

    private static int octet(ArrowBuf buffer, long index) {
        return buffer.getByte(index) & 0xff;
    }

    static void uuid(ByteSink out, ArrowBuf buffer, long start) {
        for (int i = 0; i < 16; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                out.add('-');
            }
            int octet = octet(buffer, start + i);
            out.add(Character.forDigit(octet >> 4, 16));
            out.add(Character.forDigit(octet & 15, 16));
        }
    }
}

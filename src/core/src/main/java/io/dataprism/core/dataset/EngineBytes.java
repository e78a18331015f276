package io.dataprism.core.dataset;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Values in the bytes that DuckDB keeps them in, as text. */
final class EngineBytes {

    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final int NUMBER_HEADER_BYTES = 3;
    private static final int ZONE_BITS = 24;
    private static final int ZONE_ORIGIN_SECONDS = 16 * 3_600 - 1;
    private static final int DASHED_UUID = 36;

    private EngineBytes() {}

    /**
     * A number of any length: three bytes of header, whose first bit is the sign and the rest a length, then the magnitude, the
     * highest byte first. Of a negative number each bit of all that is turned over.
     */
    static byte[] bigNumber(byte[] bytes) {
        boolean negative = bytes[0] >= 0;
        byte[] magnitude = new byte[bytes.length - NUMBER_HEADER_BYTES];
        for (int i = 0; i < magnitude.length; i++) {
            byte octet = bytes[i + NUMBER_HEADER_BYTES];
            magnitude[i] = (byte) (negative ? ~octet : octet);
        }
        return ascii(new BigInteger(negative ? -1 : 1, magnitude).toString());
    }

    /** One byte that counts the bits of padding, which come first, then the bits, the highest of each byte first. */
    static byte[] bits(byte[] bytes) {
        int padding = bytes[0];
        byte[] text = new byte[(bytes.length - 1) * 8 - padding];
        for (int i = 0; i < text.length; i++) {
            int bit = i + padding;
            text[i] = (byte) ('0' + (bytes[1 + bit / 8] >> (7 - bit % 8) & 1));
        }
        return text;
    }

    /** Microseconds of the day in the upper 40 bits; below them 15:59:59 minus the offset, in seconds. */
    static byte[] timeWithZone(long bits) {
        long micros = bits >>> ZONE_BITS;
        int offset = ZONE_ORIGIN_SECONDS - (int) (bits & (1 << ZONE_BITS) - 1);
        int second = Math.abs(offset) % 60;
        byte[] text = new byte[second == 0 ? 21 : 24];
        long seconds = micros / 1_000_000;
        clock(text, 0, seconds / 3_600, seconds / 60 % 60, seconds % 60);
        text[8] = '.';
        long fraction = micros % 1_000_000;
        for (int i = 14; i > 8; i--) {
            text[i] = (byte) ('0' + fraction % 10);
            fraction /= 10;
        }
        text[15] = (byte) (offset < 0 ? '-' : '+');
        two(text, 16, Math.abs(offset) / 3_600);
        text[18] = ':';
        two(text, 19, Math.abs(offset) / 60 % 60);
        if (second != 0) {
            text[21] = ':';
            two(text, 22, second);
        }
        return text;
    }

    private static void clock(byte[] text, int at, long hours, long minutes, long seconds) {
        two(text, at, hours);
        text[at + 2] = ':';
        two(text, at + 3, minutes);
        text[at + 5] = ':';
        two(text, at + 6, seconds);
    }

    private static void two(byte[] text, int at, long value) {
        text[at] = (byte) ('0' + value / 10);
        text[at + 1] = (byte) ('0' + value % 10);
    }

    /** Sixteen bytes, the highest first. */
    static byte[] uuid(byte[] bytes) {
        byte[] text = new byte[DASHED_UUID];
        int to = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                text[to++] = '-';
            }
            text[to++] = HEX[bytes[i] >> 4 & 15];
            text[to++] = HEX[bytes[i] & 15];
        }
        return text;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

package io.dataprism.core.format;

/** Digits of numbers, straight into arrays that have room. */
final class Digits {

    private static final byte[] PAIRS = new byte[200];

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[2 * i] = (byte) ('0' + i / 10);
            PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
        }
    }

    private Digits() {}

    /** Two digits of a number below 100. */
    static int two(byte[] to, int at, int value) {
        to[at] = PAIRS[2 * value];
        to[at + 1] = PAIRS[2 * value + 1];
        return at + 2;
    }

    /** The last {@code count} digits of a number that is not negative, with zeros in front. */
    static int fixed(byte[] to, int at, long value, int count) {
        long rest = value;
        int i = at + count;
        while (i - at >= 2) {
            long hundredth = rest / 100;
            two(to, i - 2, (int) (rest - hundredth * 100));
            rest = hundredth;
            i -= 2;
        }
        if (i > at) {
            to[at] = (byte) ('0' + rest % 10);
        }
        return at + count;
    }

    /** A number with its sign. */
    static int signed(byte[] to, int at, long value) {
        if (value >= 0) {
            return unsigned(to, at, value);
        }
        to[at] = '-';
        return unsigned(to, at + 1, -value);
    }

    /** A number of 64 bits without sign. */
    static int unsigned(byte[] to, int at, long value) {
        if (value < 0) {
            long quotient = Long.divideUnsigned(value, 10);
            int end = unsigned(to, at, quotient);
            to[end] = (byte) ('0' + (value - quotient * 10));
            return end + 1;
        }
        if (value < 10) {
            to[at] = (byte) ('0' + value);
            return at + 1;
        }
        if (value < 100) {
            return two(to, at, (int) value);
        }
        if (value <= Integer.MAX_VALUE) {
            return small(to, at, (int) value);
        }
        return fixed(to, at, value, ByteSink.digitCount(value));
    }

    private static int small(byte[] to, int at, int value) {
        int count = value < 1_000 ? 3 : value < 10_000 ? 4 : ByteSink.digitCount(value);
        int rest = value;
        int i = at + count;
        while (rest >= 100) {
            int hundredth = rest / 100;
            two(to, i - 2, rest - hundredth * 100);
            rest = hundredth;
            i -= 2;
        }
        if (i - at == 2) {
            two(to, at, rest);
        } else {
            to[at] = (byte) ('0' + rest);
        }
        return at + count;
    }
}

package io.dataprism.core.format;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The columns of numbers that fit a long. */
final class NumberColumns {

    private static final int LONGEST_INTEGER = 20;
    private static final int LONGEST_FLOATING = 26;
    private static final double FRACTION_UNITS = 10_000;
    private static final double PLAIN_FROM = 0.001;
    private static final double PLAIN_BELOW = 10_000_000;

    private NumberColumns() {}

    static RowColumn integer(byte[] prefix, byte[] nullText, ArrowType.Int type) {
        int width = type.getBitWidth() / 8;
        if (width == 8 && !type.getIsSigned()) {
            return new LongColumn(prefix, nullText, width, false, LONGEST_INTEGER) {
                @Override
                int text(byte[] to, int at, long value) {
                    return Digits.unsigned(to, at, value);
                }
            };
        }
        return new LongColumn(prefix, nullText, width, type.getIsSigned(), LONGEST_INTEGER) {
            @Override
            int text(byte[] to, int at, long value) {
                return value == Long.MIN_VALUE ? ascii(Long.toString(value), to, at) : Digits.signed(to, at, value);
            }
        };
    }

    /** @param quoted whether NaN and the infinities are in quotes */
    static RowColumn floating(byte[] prefix, byte[] nullText, ArrowType.FloatingPoint type, boolean quoted) {
        if (type.getPrecision() == FloatingPointPrecision.SINGLE) {
            return new LongColumn(prefix, nullText, 4, true, LONGEST_FLOATING) {
                @Override
                int text(byte[] to, int at, long value) {
                    float number = Float.intBitsToFloat((int) value);
                    if (number == (int) number && Math.abs(number) < PLAIN_BELOW && !isNegativeZero(number)) {
                        return whole(to, at, (long) number);
                    }
                    return named(Float.toString(number), Float.isFinite(number), quoted, to, at);
                }
            };
        }
        return new LongColumn(prefix, nullText, 8, true, LONGEST_FLOATING) {
            @Override
            int text(byte[] to, int at, long value) {
                return floating(to, at, Double.longBitsToDouble(value), quoted);
            }
        };
    }

    /**
     * The shortest decimal that is this number again. Two decimals of at most fifteen digits are never the same number, so one of
     * four places behind the point that gives the number back is the shortest once its zeros are gone.
     */
    private static int floating(byte[] to, int at, double number, boolean quoted) {
        double magnitude = Math.abs(number);
        if (magnitude < PLAIN_BELOW && (magnitude >= PLAIN_FROM || number == 0) && !isNegativeZero(number)) {
            long units = Math.round(magnitude * FRACTION_UNITS);
            if (units / FRACTION_UNITS == magnitude) {
                int start = at;
                if (number < 0) {
                    to[start++] = '-';
                }
                long integral = units / (long) FRACTION_UNITS;
                int end = Digits.unsigned(to, start, integral);
                to[end] = '.';
                int last = Digits.fixed(to, end + 1, units - integral * (long) FRACTION_UNITS, 4);
                while (to[last - 1] == '0' && last - 1 > end + 1) {
                    last--;
                }
                return last;
            }
        }
        return named(Double.toString(number), Double.isFinite(number), quoted, to, at);
    }

    private static boolean isNegativeZero(double number) {
        return number == 0 && 1 / number < 0;
    }

    private static int whole(byte[] to, int at, long value) {
        int end = Digits.signed(to, at, value);
        to[end] = '.';
        to[end + 1] = '0';
        return end + 2;
    }

    private static int named(String text, boolean finite, boolean quoted, byte[] to, int at) {
        if (finite || !quoted) {
            return ascii(text, to, at);
        }
        to[at] = '"';
        int end = ascii(text, to, at + 1);
        to[end] = '"';
        return end + 1;
    }

    @SuppressWarnings("deprecation") // the one way to get at Latin-1 characters without an array between
    static int ascii(String text, byte[] to, int at) {
        text.getBytes(0, text.length(), to, at);
        return at + text.length();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

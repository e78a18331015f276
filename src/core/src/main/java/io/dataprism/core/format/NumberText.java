package io.dataprism.core.format;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.memory.ArrowBuf;

/** Numbers: integers and decimals with every digit and no exponent, floating point at its shortest round trip. */
final class NumberText {

    private static final double EXACT_BELOW = 10_000_000;
    private static final BigInteger LOW_BITS = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private NumberText() {}

    /** An unsigned 64-bit integer. */
    static void unsigned(ByteSink out, long value) {
        if (value >= 0) {
            out.decimal(value);
        } else {
            out.ascii(Long.toUnsignedString(value));
        }
    }

    /** A little-endian 128-bit decimal at {@code offset}. Most fit a long, and then nothing is allocated. */
    static void decimal128(ByteSink out, ArrowBuf buffer, long offset, int scale) {
        long low = buffer.getLong(offset);
        long high = buffer.getLong(offset + 8);
        if (high == low >> 63 && low != Long.MIN_VALUE && scale >= 0 && scale < 19) {
            small(out, low, scale);
            return;
        }
        BigInteger unscaled = BigInteger.valueOf(high)
                .shiftLeft(64)
                .or(BigInteger.valueOf(low).and(LOW_BITS));
        decimal(out, new BigDecimal(unscaled, scale));
    }

    static void decimal(ByteSink out, BigDecimal value) {
        out.ascii(value.toPlainString());
    }

    private static void small(ByteSink out, long unscaled, int scale) {
        if (scale == 0) {
            out.decimal(unscaled);
            return;
        }
        if (unscaled < 0) {
            out.add('-');
        }
        long absolute = Math.abs(unscaled);
        long power = 1;
        for (int i = 0; i < scale; i++) {
            power *= 10;
        }
        out.decimal(absolute / power);
        out.add('.');
        out.digits(absolute % power, scale);
    }

    /** A finite number as JSON and CSV have it; others as their names, without quotes. */
    static void floating(ByteSink out, double value) {
        if (value == (long) value && value > -EXACT_BELOW && value < EXACT_BELOW && !(value == 0 && 1 / value < 0)) {
            out.decimal((long) value);
            out.ascii(".0");
        } else {
            out.ascii(Double.toString(value));
        }
    }

    /** The same at single precision. */
    static void floating(ByteSink out, float value) {
        if (value == (int) value && value > -EXACT_BELOW && value < EXACT_BELOW && !(value == 0 && 1 / value < 0)) {
            out.decimal((long) value);
            out.ascii(".0");
        } else {
            out.ascii(Float.toString(value));
        }
    }
}

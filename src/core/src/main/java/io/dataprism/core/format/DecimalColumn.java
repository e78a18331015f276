package io.dataprism.core.format;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Decimals of 128 bits. Most fit a long, and then nothing is allocated. */
final class DecimalColumn extends RowColumn {

    private static final int WIDTH = 16;
    private static final int LONGEST = 80;
    private static final BigInteger LOW_BITS = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final int scale;
    private final long power;
    private byte[] values = new byte[0];

    DecimalColumn(byte[] prefix, byte[] nullText, ArrowType.Decimal type) {
        super(prefix, nullText);
        scale = type.getScale();
        power = scale >= 0 && scale < 19 ? BigInteger.TEN.pow(scale).longValueExact() : 0;
    }

    @Override
    void load(FieldVector vector, int first, int count) {
        loadValidity(vector, first, count);
        values = window(values, vector.getDataBuffer(), (long) first * WIDTH, count * WIDTH);
    }

    @Override
    void write(ByteSink out, int row) {
        byte[] to = out.room(fixedBytes() + LONGEST + Math.abs(scale));
        int at = out.size();
        if (isNull(row)) {
            out.truncate(writeNull(to, at));
            return;
        }
        int start = copy(prefix, to, at);
        long low = (long) LongColumn.LONGS.get(values, row * WIDTH);
        long high = (long) LongColumn.LONGS.get(values, row * WIDTH + 8);
        boolean small = power != 0 && high == low >> 63 && low != Long.MIN_VALUE;
        out.truncate(small ? small(to, start, low) : large(to, start, low, high));
    }

    private int small(byte[] to, int at, long unscaled) {
        if (scale == 0) {
            return Digits.signed(to, at, unscaled);
        }
        int next = at;
        if (unscaled < 0) {
            to[next++] = '-';
        }
        long absolute = Math.abs(unscaled);
        long whole = absolute / power;
        next = Digits.unsigned(to, next, whole);
        to[next++] = '.';
        return Digits.fixed(to, next, absolute - whole * power, scale);
    }

    private int large(byte[] to, int at, long low, long high) {
        BigInteger unscaled = BigInteger.valueOf(high)
                .shiftLeft(64)
                .or(BigInteger.valueOf(low).and(LOW_BITS));
        return NumberColumns.ascii(new BigDecimal(unscaled, scale).toPlainString(), to, at);
    }
}

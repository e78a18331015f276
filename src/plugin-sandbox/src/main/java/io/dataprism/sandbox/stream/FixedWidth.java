package io.dataprism.sandbox.stream;

import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The widths of the types whose values have one, of those that are allowed. */
public final class FixedWidth {

    private static final int OTHER = -1;

    private FixedWidth() {}

    /** Bits of one value; -1 where the type is not of fixed width, or not allowed. */
    public static int bits(ArrowType type) {
        return switch (type) {
            case ArrowType.Bool bool -> 1;
            case ArrowType.Int integer -> oneOf(integer.getBitWidth(), 8, 16, 32, 64);
            case ArrowType.FloatingPoint real ->
                real.getPrecision() == FloatingPointPrecision.DOUBLE
                        ? 64
                        : real.getPrecision() == FloatingPointPrecision.SINGLE ? 32 : 16;
            case ArrowType.Decimal decimal -> oneOf(decimal.getBitWidth(), 128, 256);
            case ArrowType.Date date -> date.getUnit() == DateUnit.DAY ? 32 : 64;
            case ArrowType.Time time -> oneOf(time.getBitWidth(), 32, 64);
            case ArrowType.Timestamp timestamp -> 64;
            case ArrowType.Duration duration -> 64;
            case ArrowType.Interval interval ->
                switch (interval.getUnit()) {
                    case YEAR_MONTH -> 32;
                    case DAY_TIME -> 64;
                    case MONTH_DAY_NANO -> 128;
                };
            case ArrowType.FixedSizeBinary binary ->
                binary.getByteWidth() >= 0 && binary.getByteWidth() <= 1 << 20 ? binary.getByteWidth() * 8 : OTHER;
            default -> OTHER;
        };
    }

    private static int oneOf(int width, int... allowed) {
        for (int each : allowed) {
            if (each == width) {
                return width;
            }
        }
        return OTHER;
    }
}

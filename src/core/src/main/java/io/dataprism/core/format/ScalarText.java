package io.dataprism.core.format;

import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The text of scalars that are no strings: plain ASCII without quotes, commas or line ends. Values are never null here. */
final class ScalarText {

    private static final long DAY_MILLIS = 86_400_000;

    private ScalarText() {}

    /** The writer of a type, or null where it is a string or nested. */
    static @Nullable CellWriter of(ArrowType type) {
        return switch (type) {
            case ArrowType.Int integer -> integer(integer);
            case ArrowType.FloatingPoint floating -> floating(floating);
            case ArrowType.Bool bool ->
                (out, vector, row) -> out.ascii(((BitVector) vector).get(row) == 0 ? "false" : "true");
            case ArrowType.Decimal decimal -> decimal(decimal);
            case ArrowType.Date date -> date(date);
            case ArrowType.Time time -> time(time);
            case ArrowType.Timestamp timestamp -> timestamp(timestamp);
            case ArrowType.Interval interval -> interval(interval);
            case ArrowType.Duration duration -> duration(unitsOfSecond(duration.getUnit()));
            case ArrowType.Binary binary -> (out, vector, row) -> binary(out, (VarBinaryVector) vector, row);
            case ArrowType.LargeBinary binary -> (out, vector, row) -> binary(out, (LargeVarBinaryVector) vector, row);
            case ArrowType.BinaryView binary ->
                (out, vector, row) -> binary(out, ((ViewVarBinaryVector) vector).get(row));
            case ArrowType.FixedSizeBinary binary -> fixedSizeBinary(binary.getByteWidth());
            default -> null;
        };
    }

    /** Whether JSON shows such a value without quotes. */
    static boolean isBareInJson(ArrowType type) {
        return type instanceof ArrowType.Int || type instanceof ArrowType.Decimal || type instanceof ArrowType.Bool;
    }

    /** The writer of sixteen bytes that are a UUID. */
    static void uuid(ByteSink out, FixedSizeBinaryVector vector, int row) {
        BinaryText.uuid(out, vector.getDataBuffer(), row * 16L);
    }

    private static CellWriter integer(ArrowType.Int type) {
        boolean signed = type.getIsSigned();
        return switch (type.getBitWidth()) {
            case 8 ->
                signed
                        ? (out, vector, row) -> out.decimal(((TinyIntVector) vector).get(row))
                        : (out, vector, row) -> out.decimal(((UInt1Vector) vector).get(row) & 0xff);
            case 16 ->
                signed
                        ? (out, vector, row) -> out.decimal(((SmallIntVector) vector).get(row))
                        : (out, vector, row) -> out.decimal(((UInt2Vector) vector).get(row));
            case 32 ->
                signed
                        ? (out, vector, row) -> out.decimal(((IntVector) vector).get(row))
                        : (out, vector, row) -> out.decimal(((UInt4Vector) vector).get(row) & 0xffffffffL);
            default ->
                signed
                        ? (out, vector, row) -> out.decimal(((BigIntVector) vector).get(row))
                        : (out, vector, row) -> NumberText.unsigned(out, ((UInt8Vector) vector).get(row));
        };
    }

    private static CellWriter floating(ArrowType.FloatingPoint type) {
        return switch (type.getPrecision()) {
            case HALF -> (out, vector, row) -> NumberText.floating(out, ((Float2Vector) vector).getValueAsFloat(row));
            case SINGLE -> (out, vector, row) -> NumberText.floating(out, ((Float4Vector) vector).get(row));
            case DOUBLE -> (out, vector, row) -> NumberText.floating(out, ((Float8Vector) vector).get(row));
        };
    }

    private static CellWriter decimal(ArrowType.Decimal type) {
        int scale = type.getScale();
        return type.getBitWidth() == 128
                ? (out, vector, row) ->
                        NumberText.decimal128(out, ((DecimalVector) vector).getDataBuffer(), row * 16L, scale)
                : (out, vector, row) -> NumberText.decimal(out, ((Decimal256Vector) vector).getObject(row));
    }

    private static CellWriter date(ArrowType.Date type) {
        return switch (type.getUnit()) {
            case DAY -> (out, vector, row) -> TemporalText.dateOrInfinity(out, ((DateDayVector) vector).get(row));
            case MILLISECOND ->
                (out, vector, row) ->
                        TemporalText.date(out, Math.floorDiv(((DateMilliVector) vector).get(row), DAY_MILLIS));
        };
    }

    private static CellWriter time(ArrowType.Time type) {
        return switch (type.getUnit()) {
            case SECOND -> (out, vector, row) -> TemporalText.time(out, ((TimeSecVector) vector).get(row), 1);
            case MILLISECOND ->
                (out, vector, row) -> TemporalText.time(out, ((TimeMilliVector) vector).get(row), 1_000);
            case MICROSECOND ->
                (out, vector, row) -> TemporalText.time(out, ((TimeMicroVector) vector).get(row), 1_000_000);
            case NANOSECOND ->
                (out, vector, row) -> TemporalText.time(out, ((TimeNanoVector) vector).get(row), 1_000_000_000);
        };
    }

    private static CellWriter timestamp(ArrowType.Timestamp type) {
        long units = unitsOfSecond(type.getUnit());
        boolean pointInTime = type.getTimezone() != null;
        return (out, vector, row) ->
                TemporalText.timestamp(out, ((TimeStampVector) vector).get(row), units, pointInTime);
    }

    private static CellWriter interval(ArrowType.Interval type) {
        return switch (type.getUnit()) {
            case YEAR_MONTH ->
                (out, vector, row) -> TemporalText.interval(out, ((IntervalYearVector) vector).get(row), 0, 0);
            case DAY_TIME ->
                (out, vector, row) -> {
                    var data = ((IntervalDayVector) vector).getDataBuffer();
                    long millis = IntervalDayVector.getMilliseconds(data, row);
                    TemporalText.interval(
                            out, 0, IntervalDayVector.getDays(data, row), millis / 1_000, millis % 1_000 * 1_000_000);
                };
            case MONTH_DAY_NANO ->
                (out, vector, row) -> {
                    var data = ((IntervalMonthDayNanoVector) vector).getDataBuffer();
                    TemporalText.interval(
                            out,
                            IntervalMonthDayNanoVector.getMonths(data, row),
                            IntervalMonthDayNanoVector.getDays(data, row),
                            IntervalMonthDayNanoVector.getNanoseconds(data, row));
                };
        };
    }

    private static CellWriter duration(long units) {
        return (out, vector, row) -> {
            long value = DurationVector.get(((DurationVector) vector).getDataBuffer(), row);
            TemporalText.interval(out, 0, 0, value / units, value % units * (1_000_000_000 / units));
        };
    }

    private static CellWriter fixedSizeBinary(int width) {
        return (out, vector, row) ->
                BinaryText.base64(out, ((FixedSizeBinaryVector) vector).getDataBuffer(), (long) row * width, width);
    }

    private static void binary(ByteSink out, VarBinaryVector vector, int row) {
        int start = vector.getStartOffset(row);
        BinaryText.base64(out, vector.getDataBuffer(), start, vector.getEndOffset(row) - start);
    }

    private static void binary(ByteSink out, LargeVarBinaryVector vector, int row) {
        var offsets = vector.getOffsetBuffer();
        long start = offsets.getLong(row * 8L);
        BinaryText.base64(out, vector.getDataBuffer(), start, (int) (offsets.getLong(row * 8L + 8) - start));
    }

    private static void binary(ByteSink out, byte[] value) {
        out.add(java.util.Base64.getEncoder().encode(value));
    }

    private static long unitsOfSecond(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> 1_000_000_000;
        };
    }
}

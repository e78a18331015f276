package io.dataprism.plugin;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FloatingPointVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** Reads one value of a column whatever the column's type. Rows count from 0. */
public final class Cells {

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd ")
            .append(TIME)
            .toFormatter(Locale.ROOT);

    private Cells() {}

    /** Whether {@link #number} can read the column: integers of any width, DECIMAL, FLOAT and DOUBLE. */
    public static boolean isNumeric(FieldVector column) {
        return column instanceof BaseIntVector
                || column instanceof FloatingPointVector
                || column instanceof DecimalVector
                || column instanceof Decimal256Vector;
    }

    /**
     * The value as the nearest double.
     *
     * @param column one that {@link #isNumeric is numeric}
     * @param row of a value that is not NULL
     */
    public static double number(FieldVector column, int row) {
        return switch (column) {
            case UInt8Vector unsigned -> unsignedToDouble(unsigned.get(row));
            case BaseIntVector integers -> integers.getValueAsLong(row);
            case FloatingPointVector floats -> floats.getValueAsDouble(row);
            case DecimalVector decimals -> decimal(decimals.getObject(row)).doubleValue();
            case Decimal256Vector decimals -> decimal(decimals.getObject(row)).doubleValue();
            default ->
                throw new PluginException(
                        "REQUEST_INVALID",
                        "Column '" + column.getName() + "' is of type "
                                + column.getField().getType()
                                + ", and numbers are read from integers, DECIMAL, FLOAT and DOUBLE.");
        };
    }

    /**
     * The value as text, as the engine writes it where it casts to VARCHAR: {@code 2001-01-31}, {@code 2001-01-31 10:00:00},
     * {@code true}. Binary values are written in hexadecimal.
     *
     * @return null for NULL
     */
    public static @Nullable String text(FieldVector column, int row) {
        if (column.isNull(row)) {
            return null;
        }
        return switch (column) {
            case UInt8Vector unsigned -> Long.toUnsignedString(unsigned.get(row));
            case BaseIntVector integers -> Long.toString(integers.getValueAsLong(row));
            case BitVector bits -> bits.get(row) == 1 ? "true" : "false";
            case DateDayVector days -> LocalDate.ofEpochDay(days.get(row)).toString();
            case TimeStampVector times -> dateTime(times, row);
            case TimeSecVector times -> time(times.get(row), 1);
            case TimeMilliVector times -> time(times.get(row), 1_000);
            case TimeMicroVector times -> time(times.get(row), 1_000_000);
            case TimeNanoVector times -> time(times.get(row), NANOS_PER_SECOND);
            default -> textOf(column.getObject(row));
        };
    }

    private static String textOf(Object value) {
        return switch (value) {
            case BigDecimal decimal -> decimal.toPlainString();
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            default -> value.toString();
        };
    }

    private static String dateTime(TimeStampVector times, int row) {
        ArrowType.Timestamp type = (ArrowType.Timestamp) times.getField().getType();
        String text =
                DATE_TIME.format(LocalDateTime.ofInstant(instant(times.get(row), type.getUnit()), ZoneOffset.UTC));
        return type.getTimezone() == null ? text : text + "+00";
    }

    private static String time(long value, long perSecond) {
        return TIME.format(LocalTime.ofNanoOfDay(value * (NANOS_PER_SECOND / perSecond)));
    }

    private static Instant instant(long value, TimeUnit unit) {
        long perSecond = switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> NANOS_PER_SECOND;
        };
        return Instant.ofEpochSecond(
                Math.floorDiv(value, perSecond), Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond));
    }

    private static double unsignedToDouble(long value) {
        return value >= 0 ? value : new BigDecimal(Long.toUnsignedString(value)).doubleValue();
    }

    private static BigDecimal decimal(@Nullable BigDecimal value) {
        if (value == null) {
            throw new IllegalArgumentException("A NULL has no number; test isNull first.");
        }
        return value;
    }
}

package io.dataprism.plugins.csvfolder;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Set;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The types that columns of CSV can have, each with how its values are written. From the narrowest on. */
enum ColumnType {
    /** {@code true} and {@code false}. */
    BOOLEAN(ArrowType.Bool.INSTANCE),
    /** Decimal digits that fit into 64 bits, without a zero in front, which would be lost. */
    BIGINT(new ArrowType.Int(64, true)),
    /** A number with a point or an exponent, or a {@link #BIGINT}. */
    DOUBLE(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
    /** {@code 2001-01-31}. */
    DATE(new ArrowType.Date(DateUnit.DAY)),
    /** {@code 2001-01-31 10:00:00.123456}, or with a {@code T}; or a {@link #DATE}. */
    TIMESTAMP(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
    /** Anything. */
    VARCHAR(ArrowType.Utf8.INSTANCE);

    private static final int DIGITS_OF_LONG = 19;
    private static final int DATE_CHARACTERS = 10;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final DateTimeFormatter TIMESTAMPS = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral('T')
            .appendPattern("HH:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
            .toFormatter(Locale.ROOT);

    private final ArrowType arrow;

    ColumnType(ArrowType arrow) {
        this.arrow = arrow;
    }

    ArrowType arrow() {
        return arrow;
    }

    /** Whether a value can be read as this type. */
    boolean takes(String value) {
        return switch (this) {
            case BOOLEAN -> value.equals("true") || value.equals("false");
            case BIGINT -> isInteger(value);
            case DOUBLE -> isNumber(value);
            case DATE -> date(value) != null;
            case TIMESTAMP -> timestamp(value) != null;
            case VARCHAR -> true;
        };
    }

    /** Those of the types that take that value too; checked in place. */
    static void narrow(Set<ColumnType> possible, String value) {
        possible.removeIf(type -> !type.takes(value));
    }

    /**
     * Sets a value.
     *
     * @return false where it is not of this type
     */
    boolean set(FieldVector to, int row, String value) {
        if (!takes(value)) {
            return false;
        }
        switch (to) {
            case BitVector bits -> bits.setSafe(row, value.equals("true") ? 1 : 0);
            case BigIntVector longs -> longs.setSafe(row, Long.parseLong(value));
            case Float8Vector doubles -> doubles.setSafe(row, Double.parseDouble(value));
            case DateDayVector days ->
                days.setSafe(row, (int) LocalDate.parse(value).toEpochDay());
            case TimeStampMicroVector times -> times.setSafe(row, micros(value));
            case VarCharVector texts -> texts.setSafe(row, value.getBytes(StandardCharsets.UTF_8));
            default -> throw new IllegalStateException("No column of " + this + " is a " + to.getField() + ".");
        }
        return true;
    }

    private static long micros(String value) {
        LocalDateTime time = timestamp(value);
        if (time == null) {
            throw new IllegalStateException("'" + value + "' was a timestamp a moment ago.");
        }
        return time.toEpochSecond(ZoneOffset.UTC) * MICROS_PER_SECOND + time.getNano() / NANOS_PER_MICRO;
    }

    private static boolean isInteger(String value) {
        int first = value.startsWith("-") ? 1 : 0;
        int digits = value.length() - first;
        if (digits == 0 || digits > DIGITS_OF_LONG || digits > 1 && value.charAt(first) == '0' || value.equals("-0")) {
            return false;
        }
        for (int index = first; index < value.length(); index++) {
            if (!isDigit(value.charAt(index))) {
                return false;
            }
        }
        try {
            Long.parseLong(value);
            return true;
        } catch (NumberFormatException tooLarge) {
            return false;
        }
    }

    /** Digits, a point with digits, an exponent with digits; whole numbers as {@link #BIGINT} takes them. */
    private static boolean isNumber(String value) {
        int at = value.startsWith("-") ? 1 : 0;
        int whole = digits(value, at);
        if (whole == at || whole - at > 1 && value.charAt(at) == '0') {
            return false;
        }
        if (whole == value.length()) {
            return isInteger(value) || value.equals("-0");
        }
        int end = whole;
        if (value.charAt(end) == '.') {
            int fraction = digits(value, end + 1);
            if (fraction == end + 1) {
                return false;
            }
            end = fraction;
        }
        if (end < value.length() && (value.charAt(end) == 'e' || value.charAt(end) == 'E')) {
            int sign =
                    end + 1 < value.length() && (value.charAt(end + 1) == '-' || value.charAt(end + 1) == '+') ? 1 : 0;
            int exponent = digits(value, end + 1 + sign);
            if (exponent == end + 1 + sign) {
                return false;
            }
            end = exponent;
        }
        return end == value.length() && Double.isFinite(Double.parseDouble(value));
    }

    private static int digits(String value, int from) {
        int at = from;
        while (at < value.length() && isDigit(value.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(char each) {
        return each >= '0' && each <= '9';
    }

    private static @Nullable LocalDate date(String value) {
        if (value.length() != DATE_CHARACTERS || !isDigit(value.charAt(0))) {
            return null;
        }
        try {
            return LocalDate.parse(value);
        } catch (DateTimeParseException other) {
            return null;
        }
    }

    private static @Nullable LocalDateTime timestamp(String value) {
        LocalDate date = date(value);
        if (date != null) {
            return date.atStartOfDay();
        }
        if (value.length() <= DATE_CHARACTERS || !isDigit(value.charAt(0))) {
            return null;
        }
        char between = value.charAt(DATE_CHARACTERS);
        if (between != ' ' && between != 'T') {
            return null;
        }
        try {
            return LocalDateTime.parse(
                    value.substring(0, DATE_CHARACTERS) + "T" + value.substring(DATE_CHARACTERS + 1), TIMESTAMPS);
        } catch (DateTimeParseException other) {
            return null;
        }
    }
}

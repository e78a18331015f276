package io.dataprism.core.format;

/**
 * Dates, times and intervals in ISO 8601. Years beyond 0 to 9999 carry a sign. The engine's infinite dates and timestamps
 * are {@code infinity} and {@code -infinity}, as it writes and reads them itself.
 */
final class TemporalText {

    private static final long DAY_SECONDS = 86_400;
    private static final long MICROS = 1_000_000L;
    private static final long NANOS = 1_000_000_000L;
    private static final long DAYS_TO_1970_FROM_0000_03_01 = 719_468;
    private static final long DAYS_OF_400_YEARS = 146_097;

    private TemporalText() {}

    /** The engine's marks for dates without end. */
    static void dateOrInfinity(ByteSink out, int epochDay) {
        if (epochDay == Integer.MAX_VALUE || epochDay == -Integer.MAX_VALUE) {
            out.ascii(epochDay > 0 ? "infinity" : "-infinity");
        } else {
            date(out, epochDay);
        }
    }

    /** {@code 2001-01-31}. Days to a civil date with years that begin in March: no tables, no objects. */
    static void date(ByteSink out, long epochDay) {
        long days = epochDay + DAYS_TO_1970_FROM_0000_03_01;
        long era = Math.floorDiv(days, DAYS_OF_400_YEARS);
        long dayOfEra = days - era * DAYS_OF_400_YEARS;
        long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long monthFromMarch = (5 * dayOfYear + 2) / 153;
        long day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        long month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        year(out, yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
        out.add('-');
        out.digits(month, 2);
        out.add('-');
        out.digits(day, 2);
    }

    private static void year(ByteSink out, long year) {
        if (year < 0) {
            out.add('-');
        } else if (year > 9_999) {
            out.add('+');
        }
        long absolute = Math.abs(year);
        out.digits(absolute, Math.max(4, ByteSink.digitCount(absolute)));
    }

    /**
     * {@code 2001-01-31T10:00:00.000000}, with {@code Z} for a point in time, and with nine digits where the unit is a nanosecond.
     *
     * @param value in units of which {@code unitsOfSecond} make a second
     */
    static void timestamp(ByteSink out, long value, long unitsOfSecond, boolean pointInTime) {
        if (value == Long.MAX_VALUE || value == -Long.MAX_VALUE) {
            out.ascii(value > 0 ? "infinity" : "-infinity");
            return;
        }
        long second = Math.floorDiv(value, unitsOfSecond);
        long fraction = Math.floorMod(value, unitsOfSecond);
        date(out, Math.floorDiv(second, DAY_SECONDS));
        out.add('T');
        clock(out, Math.floorMod(second, DAY_SECONDS), fraction, unitsOfSecond);
        if (pointInTime) {
            out.add('Z');
        }
    }

    /** {@code 10:00:00.000000}, and with nine digits where the unit is a nanosecond. */
    static void time(ByteSink out, long value, long unitsOfSecond) {
        clock(out, value / unitsOfSecond, value % unitsOfSecond, unitsOfSecond);
    }

    private static void clock(ByteSink out, long secondOfDay, long fraction, long unitsOfSecond) {
        out.digits(secondOfDay / 3_600, 2);
        out.add(':');
        out.digits(secondOfDay / 60 % 60, 2);
        out.add(':');
        out.digits(secondOfDay % 60, 2);
        out.add('.');
        if (unitsOfSecond > MICROS) {
            out.digits(fraction, 9);
        } else {
            out.digits(fraction * (MICROS / unitsOfSecond), 6);
        }
    }

    /** {@code P1Y2M3DT4H5M6.000007S}; each part has its own sign; nothing at all is {@code PT0S}. */
    static void interval(ByteSink out, long months, long days, long seconds, long nanos) {
        out.add('P');
        int empty = out.size();
        part(out, months / 12, 'Y');
        part(out, months % 12, 'M');
        part(out, days, 'D');
        if (seconds != 0 || nanos != 0 || out.size() == empty) {
            out.add('T');
            int noTime = out.size();
            part(out, seconds / 3_600, 'H');
            part(out, seconds / 60 % 60, 'M');
            if (seconds % 60 != 0 || nanos != 0 || out.size() == noTime) {
                seconds(out, seconds % 60, nanos);
            }
        }
    }

    /** The same, with the time in nanoseconds. */
    static void interval(ByteSink out, long months, long days, long nanos) {
        interval(out, months, days, nanos / NANOS, nanos % NANOS);
    }

    private static void part(ByteSink out, long value, char unit) {
        if (value != 0) {
            out.decimal(value);
            out.add(unit);
        }
    }

    private static void seconds(ByteSink out, long seconds, long nanos) {
        if (seconds < 0 || nanos < 0) {
            out.add('-');
        }
        out.decimal(Math.abs(seconds));
        if (nanos != 0) {
            out.add('.');
            long fraction = Math.abs(nanos);
            int digits = 9;
            while (fraction % 10 == 0) {
                fraction /= 10;
                digits--;
            }
            out.digits(fraction, digits);
        }
        out.add('S');
    }
}

package io.dataprism.core.format;

import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Dates and timestamps. The text of the last date and second is kept: neighbours most often share it. */
final class TemporalColumn extends LongColumn {

    private static final long DAY_SECONDS = 86_400;
    private static final int LONGEST = 40;
    private static final byte[] INFINITY = NumberColumns.ascii("infinity");
    private static final byte[] MINUS_INFINITY = NumberColumns.ascii("-infinity");

    private final byte[] quote;
    private final byte[] end;
    private final long infinity;
    private final long unitsOfSecond;
    private final int fractionDigits;
    private final long fractionFactor;
    private final long unitsOfDay;

    private final ByteSink scratch = new ByteSink(0);
    private byte[] day = new byte[0];
    private byte[] second = new byte[0];
    private long dayStart = Long.MIN_VALUE;
    private long secondStart = Long.MIN_VALUE;

    private TemporalColumn(
            byte[] prefix, byte[] nullText, int width, boolean quoted, long unitsOfSecond, long infinity, String zone) {
        super(prefix, nullText, width, true, LONGEST);
        this.quote = NumberColumns.ascii(quoted ? "\"" : "");
        this.end = NumberColumns.ascii(zone + (quoted ? "\"" : ""));
        this.infinity = infinity;
        this.unitsOfSecond = unitsOfSecond;
        this.unitsOfDay = unitsOfSecond == 0 ? 1 : unitsOfSecond * DAY_SECONDS;
        this.fractionDigits = unitsOfSecond > 1_000_000 ? 9 : 6;
        this.fractionFactor = unitsOfSecond == 0 ? 0 : unitsOfSecond > 1_000_000 ? 1 : 1_000_000 / unitsOfSecond;
    }

    static RowColumn timestamp(byte[] prefix, byte[] nullText, ArrowType.Timestamp type, boolean quoted) {
        return new TemporalColumn(
                prefix,
                nullText,
                8,
                quoted,
                unitsOfSecond(type.getUnit()),
                Long.MAX_VALUE,
                type.getTimezone() == null ? "" : "Z");
    }

    /** @param type of the unit {@link DateUnit#DAY} */
    static RowColumn date(byte[] prefix, byte[] nullText, boolean quoted) {
        return new TemporalColumn(prefix, nullText, 4, quoted, 0, Integer.MAX_VALUE, "");
    }

    static long unitsOfSecond(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> 1_000_000_000;
        };
    }

    @Override
    int text(byte[] to, int at, long value) {
        int next = copy(quote, to, at);
        if (value == infinity || value == -infinity) {
            return copy(quote, to, copy(value > 0 ? INFINITY : MINUS_INFINITY, to, next));
        }
        if (unitsOfSecond == 0) {
            return copy(quote, to, copy(dayOf(value), to, next));
        }
        long within = value - secondStart;
        if (within < 0 || within >= unitsOfSecond || value < secondStart) {
            within = value - startSecond(value);
        }
        next = copy(second, to, next);
        next = Digits.fixed(to, next, within * fractionFactor, fractionDigits);
        return copy(end, to, next);
    }

    private byte[] dayOf(long epochDay) {
        if (epochDay != dayStart) {
            dayStart = epochDay;
            scratch.truncate(0);
            TemporalText.date(scratch, epochDay);
            day = scratch.toByteArray();
        }
        return day;
    }

    private long startSecond(long value) {
        long epochDay = Math.floorDiv(value, unitsOfDay);
        byte[] date = dayOf(epochDay);
        long withinDay = value - epochDay * unitsOfDay;
        int secondOfDay = (int) (withinDay / unitsOfSecond);
        byte[] text = second.length == date.length + 10 ? second : new byte[date.length + 10];
        int at = copy(date, text, 0);
        text[at] = 'T';
        Digits.two(text, at + 1, secondOfDay / 3_600);
        text[at + 3] = ':';
        Digits.two(text, at + 4, secondOfDay / 60 % 60);
        text[at + 6] = ':';
        Digits.two(text, at + 7, secondOfDay % 60);
        text[at + 9] = '.';
        second = text;
        secondStart = epochDay * unitsOfDay + secondOfDay * unitsOfSecond;
        return secondStart;
    }
}

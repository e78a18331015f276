package io.dataprism.plugins.scheduler;

import io.dataprism.plugin.PluginException;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Five fields: minute, hour, day, month, weekday. Where neither day nor weekday is {@code *}, either is enough. A time that a
 * change of the clocks leaves out is left out; one that comes twice comes twice where every hour does, and once otherwise.
 * Immutable.
 */
final class Cron {

    private static final Pattern PART =
            Pattern.compile("(?:\\*|(?<from>[0-9]{1,2})(?:-(?<to>[0-9]{1,2}))?)(?:/(?<step>[0-9]{1,2}))?");
    private static final int YEARS = 8;
    private static final int SUNDAY = 7;

    private final String text;
    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean anyDay;
    private final boolean anyWeekday;

    private Cron(String text, String[] fields) {
        this.text = String.join(" ", fields);
        minutes = field(text, "minute", fields[0], 0, 59);
        hours = field(text, "hour", fields[1], 0, 23);
        days = field(text, "day", fields[2], 1, 31);
        months = field(text, "month", fields[3], 1, 12);
        weekdays = field(text, "weekday", fields[4], 0, SUNDAY);
        if (weekdays.get(0)) {
            weekdays.set(SUNDAY);
        }
        anyDay = fields[2].startsWith("*");
        anyWeekday = fields[4].startsWith("*");
    }

    /** Reads it. Fails with {@code CONFIGURATION_INVALID}, naming the field. */
    static Cron parse(String text) {
        String[] fields = text.strip().split("\\s+");
        if (fields.length != 5) {
            throw invalid(text, "has " + fields.length + " fields; it needs 5: minute hour day month weekday");
        }
        return new Cron(text, fields);
    }

    private static BitSet field(String text, String name, String field, int least, int most) {
        BitSet values = new BitSet();
        for (String part : field.split(",", -1)) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches()) {
                throw invalid(text, "has '" + part + "' for the " + name + "; legal are *, 5, 1-5, */15 and 1-30/5");
            }
            int step = matcher.group("step") == null ? 1 : Integer.parseInt(matcher.group("step"));
            int from = matcher.group("from") == null ? least : Integer.parseInt(matcher.group("from"));
            int to = end(matcher, from, most);
            if (from < least || to > most || from > to || step == 0) {
                throw invalid(
                        text, "has '" + part + "' for the " + name + ", which goes from " + least + " to " + most);
            }
            for (int value = from; value <= to; value += step) {
                values.set(value);
            }
        }
        return values;
    }

    private static int end(Matcher matcher, int from, int most) {
        if (matcher.group("to") != null) {
            return Integer.parseInt(matcher.group("to"));
        }
        return matcher.group("from") == null || matcher.group("step") != null ? most : from;
    }

    private static PluginException invalid(String text, String problem) {
        return new PluginException("CONFIGURATION_INVALID", "The cron '" + text + "' " + problem + ".");
    }

    /** The first time after another, at a full minute; empty where there is none within eight years. */
    Optional<ZonedDateTime> after(ZonedDateTime time) {
        ZonedDateTime next = time.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        ZonedDateTime end = next.plusYears(YEARS);
        while (next.isBefore(end)) {
            if (!months.get(next.getMonthValue())) {
                next = next.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay(next.getZone());
            } else if (!isDay(next)) {
                next = next.toLocalDate().plusDays(1).atStartOfDay(next.getZone());
            } else if (!hours.get(next.getHour())) {
                // counted on, not set: where clocks go back by less than an hour, the full hour may lie before this
                // time
                next = next.plusMinutes(60L - next.getMinute());
            } else if (!minutes.get(next.getMinute()) || isSecondComing(next)) {
                next = next.plusMinutes(1);
            } else {
                return Optional.of(next);
            }
        }
        return Optional.empty();
    }

    private boolean isDay(ZonedDateTime time) {
        boolean day = days.get(time.getDayOfMonth());
        boolean weekday = weekdays.get(time.getDayOfWeek().getValue());
        return anyDay || anyWeekday ? day && weekday : day || weekday;
    }

    /** The same local time came before, and the plan is not for every hour. */
    private boolean isSecondComing(ZonedDateTime time) {
        return hours.cardinality() < 24 && !time.withEarlierOffsetAtOverlap().equals(time);
    }

    /** Whether it is written the same. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cron cron && cron.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}

package io.dataprism.plugins.scheduler;

import io.dataprism.plugin.PluginException;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Five fields: minute, hour, day, month, weekday; months and weekdays also by their English names' first three letters. Reads what
 * a manifest's schedules read. Where neither day nor weekday is {@code *}, either is enough. A time that a
 * change of the clocks leaves out is left out; one that comes twice comes twice where every hour does, and once otherwise.
 * Immutable.
 */
final class Cron {

    private static final Pattern PART = Pattern.compile(
            "(?:\\*|(?<from>[0-9]{1,3}|[A-Za-z]{3})(?:-(?<to>[0-9]{1,3}|[A-Za-z]{3}))?)" + "(?:/(?<step>[0-9]{1,3}))?");
    private static final List<String> NO_NAMES = List.of();
    /** The first one counts as 1, so that Sunday ends a range as it ends a week. */
    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

    private static final List<String> WEEKDAYS = List.of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");
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
        minutes = field(text, "minute", fields[0], 0, 59, NO_NAMES);
        hours = field(text, "hour", fields[1], 0, 23, NO_NAMES);
        days = field(text, "day", fields[2], 1, 31, NO_NAMES);
        months = field(text, "month", fields[3], 1, 12, MONTHS);
        weekdays = field(text, "weekday", fields[4], 0, SUNDAY, WEEKDAYS);
        if (weekdays.get(0)) {
            weekdays.set(SUNDAY);
        }
        anyDay = isEvery(fields[2]);
        anyWeekday = isEvery(fields[4]);
    }

    private static boolean isEvery(String field) {
        return field.equals("*") || field.matches("\\*/0*1");
    }

    /** Reads it. Fails with {@code CONFIGURATION_INVALID}, naming the field. */
    static Cron parse(String text) {
        String[] fields = text.strip().split("\\s+");
        if (fields.length != 5) {
            throw invalid(text, "has " + fields.length + " fields; it needs 5: minute hour day month weekday");
        }
        return new Cron(text, fields);
    }

    private static BitSet field(String text, String name, String field, int least, int most, List<String> names) {
        BitSet values = new BitSet();
        for (String part : field.split(",", -1)) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches()) {
                throw invalid(text, "has '" + part + "' for the " + name + "; legal are *, 5, 1-5, */15 and 1-30/5");
            }
            String stepText = matcher.group("step");
            int step = stepText == null ? 1 : Integer.parseInt(stepText);
            int from = matcher.group("from") == null ? least : number(matcher.group("from"), names);
            if (from == SUNDAY && names == WEEKDAYS && stepText != null && matcher.group("to") == null) {
                from = least; // steps that begin on a Sunday go through the week that it begins
            }
            int to = end(matcher, from, most, names);
            // within a range of weekdays a step of a whole week is none, as in a manifest's schedules
            int longestStep = names == WEEKDAYS && matcher.group("to") != null ? most - 1 : most;
            if (from < least || to > most || from > to || step == 0 || step > longestStep) {
                throw invalid(
                        text,
                        "has '" + part + "' for the " + name + ", which goes from " + least + " to " + most
                                + (names.isEmpty() ? "" : " or is one of " + names));
            }
            for (int value = from; value <= to; value += step) {
                values.set(value);
            }
        }
        return values;
    }

    /** Of a name that is none of these: -1, which no field has. */
    private static int number(String text, List<String> names) {
        if (Character.isDigit(text.charAt(0))) {
            return Integer.parseInt(text);
        }
        int index = names.indexOf(text.toUpperCase(Locale.ROOT));
        return index < 0 ? -1 : index + 1;
    }

    private static int end(Matcher matcher, int from, int most, List<String> names) {
        if (matcher.group("to") != null) {
            return number(matcher.group("to"), names);
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

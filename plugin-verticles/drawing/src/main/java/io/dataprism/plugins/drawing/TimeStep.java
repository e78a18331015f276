package io.dataprism.plugins.drawing;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The distance between two ticks of a time axis: so many milliseconds, or so many months.
 *
 * @param unit what the texts of its ticks show
 * @param count months for {@code MONTH} and {@code YEAR}, else milliseconds
 */
record TimeStep(Unit unit, double count) {

    private static final double SECOND = 1_000;
    private static final double MINUTE = 60 * SECOND;
    private static final double HOUR = 60 * MINUTE;
    private static final double DAY = 24 * HOUR;
    private static final double MONTH = 30.436_875 * DAY;

    /** 1970 began on a Thursday; weeks begin on Monday. */
    private static final double FIRST_MONDAY = 4 * DAY;

    private static final List<TimeStep> FIXED = Stream.of(
                    steps(Unit.FRACTION, 1, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50),
                    steps(Unit.FRACTION, 1, 100, 200, 500),
                    steps(Unit.SECOND, SECOND, 1, 2, 5, 10, 15, 30),
                    steps(Unit.MINUTE, MINUTE, 1, 2, 5, 10, 15, 30),
                    steps(Unit.MINUTE, HOUR, 1, 2, 3, 6, 12),
                    steps(Unit.DAY, DAY, 1, 2, 7, 14),
                    steps(Unit.MONTH, 1, 1, 2, 3, 6))
            .flatMap(steps -> steps)
            .toList();

    /** What the text of a tick shows, and what its context. */
    enum Unit {
        FRACTION("HH:mm:ss.SSSSSS", "uuuu-MM-dd"),
        SECOND("HH:mm:ss", "uuuu-MM-dd"),
        MINUTE("HH:mm", "uuuu-MM-dd"),
        DAY("MMM d", "uuuu"),
        MONTH("MMM", "uuuu"),
        YEAR("uuuu", "");

        private final DateTimeFormatter text;
        private final DateTimeFormatter context;

        Unit(String text, String context) {
            this.text = DateTimeFormatter.ofPattern(text, Locale.ENGLISH);
            this.context = DateTimeFormatter.ofPattern(context, Locale.ENGLISH);
        }
    }

    /** The first one that is not shorter than so many milliseconds. */
    static TimeStep atLeast(double millis) {
        return FIXED.stream()
                .filter(step -> step.millis() >= millis)
                .findFirst()
                .orElseGet(() -> years(millis / (12 * MONTH)));
    }

    /** The first tick that is not before a time, both in milliseconds since 1970. */
    double notBefore(double time) {
        if (isCalendar()) {
            long months = (long) (Math.floorDiv(monthOf(time), (long) count) * count);
            return startOf(months) >= time ? startOf(months) : startOf(months + (long) count);
        }
        double from = count % (7 * DAY) == 0 ? FIRST_MONDAY : 0;
        return Math.ceil((time - from) / count) * count + from;
    }

    /** The tick after another one. */
    double after(double tick) {
        return isCalendar() ? startOf(monthOf(tick) + (long) count) : notBefore(tick + count / 2);
    }

    String text(double time) {
        String text = unit.text.format(dateTime(time));
        return unit == Unit.FRACTION && count >= 1 ? text.substring(0, text.length() - 3) : text;
    }

    String context(double time) {
        return unit.context.format(dateTime(time));
    }

    static LocalDateTime dateTime(double time) {
        double seconds = Math.floor(time / SECOND);
        long micros = Math.round((time - seconds * SECOND) * 1_000);
        return LocalDateTime.ofInstant(Instant.ofEpochSecond((long) seconds).plusNanos(micros * 1_000), ZoneOffset.UTC);
    }

    private boolean isCalendar() {
        return unit == Unit.MONTH || unit == Unit.YEAR;
    }

    private double millis() {
        return isCalendar() ? count * MONTH : count;
    }

    private static TimeStep years(double least) {
        double power = Math.pow(10, Math.max(0, Math.floor(Math.log10(least))));
        double years = IntStream.of(1, 2, 5)
                .mapToDouble(factor -> factor * power)
                .filter(candidate -> candidate >= least * (1 - 1e-9))
                .findFirst()
                .orElse(10 * power);
        return new TimeStep(Unit.YEAR, 12 * years);
    }

    private static Stream<TimeStep> steps(Unit unit, double length, double... counts) {
        return DoubleStream.of(counts).mapToObj(count -> new TimeStep(unit, count * length));
    }

    private static long monthOf(double time) {
        LocalDateTime date = dateTime(time);
        return date.getYear() * 12L + date.getMonthValue() - 1;
    }

    private static double startOf(long month) {
        int year = (int) Math.floorDiv(month, 12L);
        return LocalDateTime.of(year, (int) Math.floorMod(month, 12L) + 1, 1, 0, 0)
                        .toEpochSecond(ZoneOffset.UTC)
                * SECOND;
    }
}

package io.dataprism.plugins.drawing;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * A time axis, in UTC, from the first to the last of its values; ticks are where calendars and clocks have them.
 *
 * @param lowest in milliseconds since 1970
 * @param highest in milliseconds since 1970, after {@code lowest}
 * @param ofDay whether the values are times of a day: they have no date
 */
public record TimeScale(double lowest, double highest, TimeStep step, boolean ofDay) implements Ruler {

    /** The earliest and the latest time, in milliseconds since 1970: about 290,000 years. */
    public static final double FARTHEST = 9.2e15;

    private static final double MINUTE = 60_000;
    private static final double DAY = 24 * 60 * MINUTE;
    private static final double SHORTEST = 0.01;

    /** What a double can tell apart, so that ticks of the shortest axis differ. */
    private static final double FINEST_ULPS = 64;

    /**
     * An axis for values.
     *
     * @param aboutTicks how many ticks there should be at most, at least 1; at most one more is made
     */
    public static TimeScale of(double lowest, double highest, int aboutTicks, boolean ofDay) {
        double low = lowest;
        double high = highest;
        double finest = FINEST_ULPS * Math.ulp(Math.max(Math.abs(low), Math.abs(high)));
        if (high - low < Math.max(SHORTEST, finest)) {
            double room = low % DAY == 0 && !ofDay ? DAY : MINUTE;
            low -= room;
            high += room;
        }
        return new TimeScale(low, high, TimeStep.atLeast((high - low) / aboutTicks), ofDay);
    }

    /** A time as a text that sorts: {@code 2001-01-31T10:00:00}, or {@code 10:00:00} for one of a day. */
    static String iso(double time, boolean ofDay) {
        LocalDateTime dateTime = TimeStep.dateTime(time);
        return ofDay ? dateTime.toLocalTime().toString() : dateTime.toString();
    }

    /** The date of a time. */
    static String date(double time) {
        return TimeStep.dateTime(time).toLocalDate().toString();
    }

    @Override
    public double part(double value) {
        return (value - lowest) / (highest - lowest);
    }

    @Override
    public List<Tick> ticks() {
        List<Tick> ticks = new ArrayList<>();
        String context = "";
        for (double time = step.notBefore(lowest); time <= highest; time = step.after(time)) {
            String own = ofDay ? "" : step.context(time);
            ticks.add(new Tick(
                    ticks.size(), Math.clamp(part(time), 0, 1), step.text(time), own.equals(context) ? "" : own));
            context = own;
        }
        return ticks;
    }
}

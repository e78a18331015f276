package io.dataprism.plugins.drawing;

import java.util.List;

/**
 * An axis of numbers that begins and ends with its values, and not at a tick.
 *
 * @param ticksOf where the ticks are: of a scale that covers this one
 */
public record Span(double lowest, double highest, Scale ticksOf) implements Ruler {

    /** A part of the axis's length within which a tick is still on it. */
    private static final double TOLERANCE = 1e-9;

    /**
     * A span for values.
     *
     * @param lowest of the values, finite
     * @param highest of the values, finite
     * @param room beyond the values on both sides, as a part of their range
     * @param aboutTicks how many ticks there should be, at least 2
     */
    public static Span of(double lowest, double highest, double room, int aboutTicks) {
        double more = (highest / 2 - lowest / 2) * 2 * room;
        Scale scale = Scale.around(lowest - more, highest + more, aboutTicks);
        boolean wide = highest / 2 - lowest / 2 > Math.max(Math.abs(lowest), Math.abs(highest)) * 1e-9;
        return wide ? new Span(lowest - more, highest + more, scale) : new Span(scale.lowest(), scale.highest(), scale);
    }

    @Override
    public double part(double value) {
        return (value / 2 - lowest / 2) / (highest / 2 - lowest / 2);
    }

    @Override
    public List<Tick> ticks() {
        return ticksOf.ticks().stream()
                .map(tick -> new Tick(tick.index(), part(ticksOf.valueOf(tick)), tick.text(), tick.context()))
                .filter(tick -> tick.part() >= -TOLERANCE && tick.part() <= 1 + TOLERANCE)
                .toList();
    }
}

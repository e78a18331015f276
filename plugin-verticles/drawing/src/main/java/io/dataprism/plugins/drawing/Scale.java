package io.dataprism.plugins.drawing;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A value axis with ticks at multiples of 1, 2 or 5 times a power of ten.
 *
 * @param step between two ticks
 * @param first the lowest tick, in steps
 * @param last the highest tick, in steps
 */
public record Scale(BigDecimal step, long first, long last) implements Ruler {

    /** Values nearer to zero than this are drawn as zero. */
    private static final double SMALLEST_RANGE = 1e-290;

    /** Behind the point of a number with a unit; a number with more is written in full. */
    private static final int MOST_UNIT_DIGITS = 3;

    private static final List<String> UNITS = List.of("", "", "M", "G", "T", "P", "E");

    /** Ranges narrower than this part of their values are widened: their ticks would have more digits than a double. */
    private static final double NARROWEST_PART = 1e-9;

    /**
     * A scale that includes zero.
     *
     * @param lowest of the values, finite
     * @param highest of the values, finite
     * @param aboutTicks how many ticks there should be, at least 2; at most two more are made
     */
    public static Scale of(double lowest, double highest, int aboutTicks) {
        return between(Math.min(0, lowest), Math.max(0, highest), aboutTicks);
    }

    /** The same without zero, where the values are far from it. */
    public static Scale around(double lowest, double highest, int aboutTicks) {
        double largest = Math.max(Math.abs(lowest), Math.abs(highest));
        if (highest / 2 - lowest / 2 >= largest * NARROWEST_PART) {
            return between(lowest, highest, aboutTicks);
        }
        double room = lowest == highest ? largest / 10 : largest * NARROWEST_PART;
        return largest == 0 ? new Scale(BigDecimal.ONE, -1, 1) : between(lowest - room, highest + room, aboutTicks);
    }

    private static Scale between(double low, double high, int aboutTicks) {
        double smallestStep = high / aboutTicks - low / aboutTicks;
        if (smallestStep < SMALLEST_RANGE) {
            return new Scale(new BigDecimal("0.2"), 0, 5);
        }
        int exponent = (int) Math.floor(Math.log10(smallestStep));
        BigDecimal step = List.of(1, 2, 5, 10).stream()
                .map(factor -> BigDecimal.valueOf(factor).scaleByPowerOfTen(exponent))
                .filter(candidate -> candidate.doubleValue() >= smallestStep * (1 - 1e-9))
                .findFirst()
                .orElse(BigDecimal.TEN.scaleByPowerOfTen(exponent));
        return new Scale(
                step, (long) Math.floor(low / step.doubleValue()), (long) Math.ceil(high / step.doubleValue()));
    }

    /** The ticks, from the lowest to the highest. */
    @Override
    public List<Tick> ticks() {
        return LongStream.rangeClosed(first, last)
                .mapToObj(index -> new Tick(index, partOf(index), text(step.multiply(BigDecimal.valueOf(index))), ""))
                .toList();
    }

    /** Where a value lies: 0 at the lowest tick, 1 at the highest. */
    @Override
    public double part(double value) {
        return (value / step.doubleValue() - first) / (last - first);
    }

    /** The value of one of the ticks. */
    double valueOf(Tick tick) {
        return step.multiply(BigDecimal.valueOf(tick.index())).doubleValue();
    }

    double lowest() {
        return step.multiply(BigDecimal.valueOf(first)).doubleValue();
    }

    double highest() {
        return step.multiply(BigDecimal.valueOf(last)).doubleValue();
    }

    private double partOf(long index) {
        return (double) (index - first) / (last - first);
    }

    /** The same unit and the same number of digits for all ticks. */
    private String text(BigDecimal value) {
        if (value.signum() == 0) {
            return "0";
        }
        BigDecimal largest = step.multiply(BigDecimal.valueOf(Math.max(Math.abs(first), Math.abs(last))));
        int magnitude = largest.precision() - largest.scale() - 1;
        if (magnitude >= 3 * UNITS.size() || magnitude < -4) {
            return scientific(value);
        }
        int stepScale = step.stripTrailingZeros().scale();
        int thousands = magnitude < 6 || stepScale + magnitude / 3 * 3 > MOST_UNIT_DIGITS ? 0 : magnitude / 3;
        int digits = Math.max(0, stepScale + 3 * thousands);
        BigDecimal shown = value.scaleByPowerOfTen(-3 * thousands).setScale(digits, RoundingMode.HALF_UP);
        String unit = UNITS.get(thousands);
        return grouped(shown) + (unit.isEmpty() ? "" : "\u202f" + unit);
    }

    private static String scientific(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        return (stripped.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent).replace('-', '\u2212');
    }

    /** With thin spaces between groups of three digits, and a true minus. */
    public static String grouped(BigDecimal value) {
        String text = value.abs().toPlainString();
        int point = text.indexOf('.');
        StringBuilder grouped = new StringBuilder(text);
        for (int index = (point < 0 ? text.length() : point) - 3; index > 0; index -= 3) {
            grouped.insert(index, '\u202f');
        }
        return value.signum() < 0 ? "\u2212" + grouped : grouped.toString();
    }

    /** A value by itself, to seven digits. */
    public static String text(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(7)).stripTrailingZeros();
        int magnitude = rounded.precision() - rounded.scale();
        return Math.abs(magnitude) > 15 ? rounded.toString() : grouped(rounded);
    }
}

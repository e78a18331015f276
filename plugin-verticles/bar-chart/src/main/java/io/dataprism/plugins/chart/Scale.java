package io.dataprism.plugins.chart;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A value axis that includes zero, with ticks at multiples of 1, 2 or 5 times a power of ten.
 *
 * @param step between two ticks
 * @param first the lowest tick, in steps
 * @param last the highest tick, in steps
 */
record Scale(BigDecimal step, long first, long last) {

    /** Values nearer to zero than this are drawn as zero. */
    private static final double SMALLEST_RANGE = 1e-290;

    private static final List<String> UNITS = List.of("", "", "M", "G", "T", "P", "E");

    /**
     * @param lowest of the values, finite
     * @param highest of the values, finite
     * @param aboutTicks how many ticks there should be, at least 2; at most two more are made
     */
    static Scale of(double lowest, double highest, int aboutTicks) {
        double low = Math.min(0, lowest);
        double high = Math.max(0, highest);
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
    List<Tick> ticks() {
        return LongStream.rangeClosed(first, last)
                .mapToObj(index -> new Tick(index, part(index), text(step.multiply(BigDecimal.valueOf(index)))))
                .toList();
    }

    /**
     * A mark on the axis.
     *
     * @param index in steps from zero
     * @param part 0 at the lowest tick, 1 at the highest
     */
    record Tick(long index, double part, String text) {}

    /** Where a value lies: 0 at the lowest tick, 1 at the highest. */
    double part(double value) {
        return (value / step.doubleValue() - first) / (last - first);
    }

    private double part(long index) {
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
        int thousands = magnitude < 6 ? 0 : magnitude / 3;
        int digits = Math.max(0, step.stripTrailingZeros().scale() + 3 * thousands);
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
    static String grouped(BigDecimal value) {
        String text = value.abs().toPlainString();
        int point = text.indexOf('.');
        StringBuilder grouped = new StringBuilder(text);
        for (int index = (point < 0 ? text.length() : point) - 3; index > 0; index -= 3) {
            grouped.insert(index, '\u202f');
        }
        return value.signum() < 0 ? "\u2212" + grouped : grouped.toString();
    }
}

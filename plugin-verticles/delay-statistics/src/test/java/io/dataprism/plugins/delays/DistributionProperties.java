package io.dataprism.plugins.delays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

class DistributionProperties {

    private final MemoryBudget budget = new MemoryBudget(64 << 20);

    @Property
    void quantilesAreThoseOfTheSortedValues(
            @ForAll @Size(min = 1, max = 200) List<Double> values, @ForAll @DoubleRange(min = 0, max = 1) double part) {
        assertThat(filled(values, false).quantile(part)).isEqualTo(naive(values, part));
    }

    @Property
    void approximateQuantilesAreWithinTheStatedError(
            @ForAll @Size(min = 1, max = 200) List<@DoubleRange(min = -1e9, max = 1e9) Double> values,
            @ForAll @DoubleRange(min = 0, max = 1) double part) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double rank = (sorted.length - 1) * part;
        double largest = Math.max(Math.abs(sorted[(int) rank]), Math.abs(sorted[(int) Math.ceil(rank)]));
        assertThat(filled(values, true).quantile(part))
                .isCloseTo(naive(values, part), within(largest * LogarithmicBuckets.RELATIVE_ERROR * 1.0001));
    }

    @Property
    void meansOfIntegersAreExactBeyondTheRangeOfLong(@ForAll @Size(min = 1, max = 50) List<Long> values) {
        Total total = new Total();
        values.forEach(total::add);
        BigDecimal sum = values.stream().map(BigDecimal::valueOf).reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(total.mean(values.size()))
                .isEqualTo(sum.divide(BigDecimal.valueOf(values.size()), MathContext.DECIMAL128)
                        .doubleValue());
    }

    @Property
    void everythingTakenFromTheBudgetComesBack(@ForAll @Size(max = 500) List<Double> values) {
        try (MemoryBudget.Share share = budget.share()) {
            Distribution distribution = new Distribution();
            values.forEach(
                    value -> assertThat(distribution.tryAdd(value, share)).isTrue());
            distribution.approximate(share);
        }
        assertThat(budget.reservedBytes()).isZero();
    }

    private Distribution filled(List<Double> values, boolean approximate) {
        try (MemoryBudget.Share share = budget.share()) {
            Distribution distribution = new Distribution();
            values.forEach(
                    value -> assertThat(distribution.tryAdd(value, share)).isTrue());
            if (approximate) {
                distribution.approximate(share);
            }
            return distribution;
        }
    }

    /** Sorts and interpolates. */
    private static double naive(List<Double> values, double part) {
        double[] sorted = values.stream()
                .mapToDouble(value -> value == 0 ? 0.0 : value)
                .sorted()
                .toArray();
        double rank = (sorted.length - 1) * part;
        int low = (int) Math.floor(rank);
        int high = (int) Math.ceil(rank);
        double distance = rank - low;
        return low == high ? sorted[low] : sorted[low] * (1.0 - distance) + sorted[high] * distance;
    }
}

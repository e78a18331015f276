package io.dataprism.plugins.delays;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** A sum that does not lose what it adds: exact for integers and decimals, compensated (Neumaier) for doubles. */
final class Total {

    private BigDecimal exactSum = BigDecimal.ZERO;
    private long longSum;
    private double doubleSum;
    private double compensation;
    private boolean floating;

    void add(long value) {
        long sum = longSum + value;
        if (((longSum ^ sum) & (value ^ sum)) < 0) {
            exactSum = exactSum.add(new BigDecimal(BigInteger.valueOf(longSum)));
            longSum = value;
        } else {
            longSum = sum;
        }
    }

    void add(BigDecimal value) {
        exactSum = exactSum.add(value);
    }

    void add(double value) {
        floating = true;
        double sum = doubleSum + value;
        compensation += Math.abs(doubleSum) >= Math.abs(value) ? (doubleSum - sum) + value : (value - sum) + doubleSum;
        doubleSum = sum;
    }

    /** The mean of that many values; NaN of none. */
    double mean(long count) {
        if (count == 0) {
            return Double.NaN;
        }
        if (floating) {
            return (Double.isFinite(doubleSum) ? doubleSum + compensation : doubleSum) / count;
        }
        return exactSum.add(BigDecimal.valueOf(longSum))
                .divide(BigDecimal.valueOf(count), MathContext.DECIMAL128)
                .doubleValue();
    }
}

package io.dataprism.plugins.outliers;

/** How the values of one column in one group lie. Immutable. */
sealed interface Spread {

    /** The distance of a finite value; NaN where too few values are known. */
    double score(double value);

    /**
     * Around a mean.
     *
     * @param deviation of a sample; NaN where there are fewer than two values
     */
    record AroundMean(double mean, double deviation) implements Spread {

        @Override
        public double score(double value) {
            if (deviation == 0) {
                return value == mean ? 0 : Math.copySign(Double.POSITIVE_INFINITY, value - mean);
            }
            return (value - mean) / deviation;
        }
    }

    /**
     * Between quartiles.
     *
     * @param first NaN where there are fewer than two values
     */
    record BetweenQuartiles(double first, double third) implements Spread {

        @Override
        public double score(double value) {
            if (Double.isNaN(first)) {
                return Double.NaN;
            }
            double range = third - first;
            if (value > third) {
                return (value - third) / range;
            }
            return value < first ? (value - first) / range : 0;
        }
    }
}

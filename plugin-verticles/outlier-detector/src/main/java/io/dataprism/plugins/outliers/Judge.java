package io.dataprism.plugins.outliers;

import java.util.Optional;

/** Says how far a value is from others. One thread at a time. */
interface Judge {

    /**
     * The distance of a value, in units of the method; 0 is in the middle.
     *
     * @param group of the row; empty for NULL and where there are no groups
     * @param column the place of the value's column in the question
     * @return NaN where it cannot be said
     */
    double score(Optional<String> group, int column, double value);

    /** The same for any value: what is not a finite number is infinitely far. */
    default double scoreOfAny(Optional<String> group, int column, double value) {
        if (Double.isFinite(value)) {
            return score(group, column, value);
        }
        return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
    }
}

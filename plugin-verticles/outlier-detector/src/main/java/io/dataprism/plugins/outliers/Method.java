package io.dataprism.plugins.outliers;

import java.util.Arrays;

/** How {@code detect} measures. */
enum Method {
    ZSCORE(3) {
        @Override
        Spread of(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            double mean = sum / values.length;
            double squares = 0;
            for (double value : values) {
                squares += (value - mean) * (value - mean);
            }
            return new Spread.AroundMean(
                    mean, values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1)));
        }

        @Override
        Spread ofFigures(double low, double high) {
            return new Spread.AroundMean(low, high);
        }

        @Override
        String figures(String finite) {
            return "avg(" + finite + "), stddev_samp(" + finite + ")";
        }
    },
    IQR(1.5) {
        @Override
        Spread of(double[] values) {
            if (values.length < 2) {
                return new Spread.BetweenQuartiles(Double.NaN, Double.NaN);
            }
            Arrays.sort(values);
            return new Spread.BetweenQuartiles(quantile(values, 0.25), quantile(values, 0.75));
        }

        @Override
        Spread ofFigures(double low, double high) {
            return new Spread.BetweenQuartiles(low, high);
        }

        @Override
        String figures(String finite) {
            return quartile(finite, "0.25") + ", " + quartile(finite, "0.75");
        }
    };

    private final double usualThreshold;

    Method(double usualThreshold) {
        this.usualThreshold = usualThreshold;
    }

    /** Beyond which score a value is an outlier, where the caller does not say. */
    double usualThreshold() {
        return usualThreshold;
    }

    /** From all values of a group, which may be sorted by it. */
    abstract Spread of(double[] values);

    /** From the two figures of {@link #figures}. */
    abstract Spread ofFigures(double low, double high);

    /**
     * Two figures in SQL.
     *
     * @param finite an expression that is the finite value as DOUBLE, or NULL
     */
    abstract String figures(String finite);

    private static String quartile(String finite, String fraction) {
        return "CASE WHEN count(" + finite + ") > 1 THEN quantile_cont(" + finite + ", " + fraction + ") END";
    }

    private static double quantile(double[] sorted, double fraction) {
        double place = fraction * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
    }
}

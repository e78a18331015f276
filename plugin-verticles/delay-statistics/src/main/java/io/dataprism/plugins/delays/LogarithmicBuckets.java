package io.dataprism.plugins.delays;

/**
 * Buckets of doubles whose width grows with their distance from zero, so that any value of a bucket is within 1 % of the
 * value that stands for it. Buckets are numbered in the order of their values.
 */
final class LogarithmicBuckets {

    /** The largest distance of a value from the one that stands for it, as a part of the value. */
    static final double RELATIVE_ERROR = 0.01;

    private static final double GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
    private static final double LOG_GAMMA = Math.log(GAMMA);

    /** Makes the numbers of positive values positive: the smallest double has bucket -37,200 or so. */
    private static final long OFFSET = 1 << 20;

    private static final long INFINITE = Long.MAX_VALUE - 1;

    private LogarithmicBuckets() {}

    /** The bucket of a value. NaN is above all others. */
    static long bucketOf(double value) {
        if (Double.isNaN(value)) {
            return Long.MAX_VALUE;
        }
        if (value == 0) {
            return 0;
        }
        long magnitude =
                Double.isInfinite(value) ? INFINITE : OFFSET + (long) Math.ceil(Math.log(Math.abs(value)) / LOG_GAMMA);
        return value > 0 ? magnitude : -magnitude;
    }

    /** The value that stands for a bucket. */
    static double valueOf(long bucket) {
        if (bucket == 0) {
            return 0;
        }
        if (bucket == Long.MAX_VALUE) {
            return Double.NaN;
        }
        long magnitude = Math.abs(bucket);
        double value = magnitude == INFINITE
                ? Double.POSITIVE_INFINITY
                : Math.exp((magnitude - OFFSET) * LOG_GAMMA) * (2 / (GAMMA + 1));
        return bucket > 0 ? value : -value;
    }
}

package io.dataprism.plugins.monitor;

/** How often which latency came, in buckets that grow by 4 %: a percentile is within 2 %. Not safe for threads. */
final class LatencyHistogram {

    private static final double GROWTH = Math.log(1.04);
    /** Up to more than ten hours; what is longer counts as that long. */
    private static final int BUCKETS = 460;

    private final int[] counts = new int[BUCKETS];

    void add(long millis) {
        counts[bucket(millis)]++;
    }

    void add(LatencyHistogram other) {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            counts[bucket] += other.counts[bucket];
        }
    }

    /**
     * The latency that so many are not above.
     *
     * @param fraction above 0, at most 1
     * @return 0 where there are none
     */
    double percentileMillis(double fraction) {
        long all = 0;
        for (int count : counts) {
            all += count;
        }
        long wanted = Math.max(1, (long) Math.ceil(fraction * all));
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            seen += counts[bucket];
            if (seen >= wanted) {
                return bucket == 0 ? 0 : Math.exp(GROWTH * (bucket - 0.5));
            }
        }
        return 0;
    }

    private static int bucket(long millis) {
        return millis < 1 ? 0 : Math.min(BUCKETS - 1, 1 + (int) (Math.log(millis) / GROWTH));
    }
}

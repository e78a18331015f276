package io.dataprism.load.fan;

import java.util.Map;
import org.HdrHistogram.Histogram;

/** Times, to three digits. */
final class Latencies {

    private static final long MOST_NANOS = 120_000_000_000L;
    private static final int DIGITS = 3;
    private static final double NANOS_OF_A_MICRO = 1e3;
    private static final double MEDIAN = 50;
    private static final double TAIL = 99;

    private final Histogram histogram = new Histogram(MOST_NANOS, DIGITS);

    void add(long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, MOST_NANOS));
    }

    void clear() {
        histogram.reset();
    }

    /** Median, 99th percentile and longest in microseconds, and how many there are. */
    Map<String, Object> answer() {
        return Map.of(
                "count", histogram.getTotalCount(),
                "p50", histogram.getValueAtPercentile(MEDIAN) / NANOS_OF_A_MICRO,
                "p99", histogram.getValueAtPercentile(TAIL) / NANOS_OF_A_MICRO,
                "most", histogram.getMaxValue() / NANOS_OF_A_MICRO);
    }
}

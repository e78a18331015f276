package io.dataprism.plugins.monitor;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** The queries of the last while, in sixty slices of which the oldest falls out as time goes on. Any thread. */
final class SlidingWindow {

    static final int SLICES = 60;
    private static final int MOST_CODES = 32;
    private static final String OTHER_CODES = "OTHER";

    private final int windowSeconds;
    private final long sliceMillis;
    private final Slice[] slices = new Slice[SLICES];

    /** @param windowSeconds 10 to 3,600 */
    SlidingWindow(int windowSeconds) {
        this.windowSeconds = windowSeconds;
        this.sliceMillis = windowSeconds * 1_000L / SLICES;
    }

    int windowSeconds() {
        return windowSeconds;
    }

    /** Counts a query in the slice of its time; one from before the window is not counted. */
    synchronized void add(QueryEvent query) {
        long number = number(query.time());
        int place = (int) Math.floorMod(number, (long) SLICES);
        Slice slice = slices[place];
        if (slice == null || slice.number < number) {
            slice = new Slice(number);
            slices[place] = slice;
        }
        if (slice.number == number) {
            slice.add(query);
        }
    }

    /** What the window holds at a time. */
    synchronized QueryFigures figures(Instant now) {
        long newest = number(now);
        Slice all = new Slice(newest);
        for (Slice slice : slices) {
            if (slice != null && slice.number > newest - SLICES && slice.number <= newest) {
                all.add(slice);
            }
        }
        return new QueryFigures(
                windowSeconds,
                all.count,
                all.errors,
                Map.copyOf(all.byCode),
                all.rows,
                all.bytes,
                all.count == 0 ? 0 : (double) all.sumMillis / all.count,
                all.latencies.percentileMillis(0.5),
                all.latencies.percentileMillis(0.95),
                all.latencies.percentileMillis(0.99),
                all.maxMillis);
    }

    private long number(Instant time) {
        return Math.floorDiv(time.toEpochMilli(), sliceMillis);
    }

    private static final class Slice {

        private final long number;
        private final LatencyHistogram latencies = new LatencyHistogram();
        private final Map<String, Long> byCode = new TreeMap<>();
        private long count;
        private long errors;
        private long rows;
        private long bytes;
        private long sumMillis;
        private long maxMillis;

        Slice(long number) {
            this.number = number;
        }

        void add(QueryEvent query) {
            latencies.add(query.durationMillis());
            count++;
            rows += query.rows();
            bytes += query.bytes();
            sumMillis += query.durationMillis();
            maxMillis = Math.max(maxMillis, query.durationMillis());
            String code = query.code();
            if (code != null) {
                errors++;
                addCode(code, 1);
            }
        }

        void add(Slice other) {
            latencies.add(other.latencies);
            count += other.count;
            errors += other.errors;
            rows += other.rows;
            bytes += other.bytes;
            sumMillis += other.sumMillis;
            maxMillis = Math.max(maxMillis, other.maxMillis);
            other.byCode.forEach(this::addCode);
        }

        private void addCode(String code, long times) {
            boolean room = byCode.containsKey(code) || byCode.size() < MOST_CODES;
            byCode.merge(room ? code : OTHER_CODES, times, Long::sum);
        }
    }
}

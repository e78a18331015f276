package io.dataprism.plugins.delays;

/**
 * The distribution of a group's values: each different value with its count, and from a bound on the counts of
 * {@link LogarithmicBuckets}. One thread at a time.
 */
final class Distribution {

    /** The different values up to which quantiles are exact. */
    static final int EXACT_VALUES = 1 << 16;

    private CountTable table = new CountTable();
    private boolean exact = true;
    private long count;

    boolean isExact() {
        return exact;
    }

    long count() {
        return count;
    }

    /** Adds a value, unless the share has no memory left for it; then nothing is changed. */
    boolean tryAdd(double value, MemoryBudget.Share share) {
        while (!table.tryAdd(keyOf(value), 1)) {
            if (exact && table.size() >= EXACT_VALUES) {
                approximate(share);
            } else if (!tryGrow(share)) {
                return false;
            }
        }
        count++;
        return true;
    }

    /** Keeps buckets instead of values from now on, which takes no more memory and mostly far less. */
    void approximate(MemoryBudget.Share share) {
        if (exact) {
            long before = table.sizeBytes();
            table = table.mapped(key -> LogarithmicBuckets.bucketOf(decoded(key)));
            exact = false;
            share.giveBack(before - table.sizeBytes());
        }
    }

    /**
     * The continuous quantile, interpolated between neighbours as SQL's {@code quantile_cont} does.
     *
     * @param fraction from 0 to 1
     * @return NaN where there are no values
     */
    double quantile(double fraction) {
        if (count == 0) {
            return Double.NaN;
        }
        double rank = (count - 1) * fraction;
        long lowRank = (long) Math.floor(rank);
        long[] keys = table.sortedKeys();
        int index = 0;
        long upTo = table.count(keys[0]);
        while (upTo <= lowRank) {
            upTo += table.count(keys[++index]);
        }
        double low = valueOf(keys[index]);
        if (rank == lowRank || upTo > lowRank + 1) {
            return low;
        }
        double high = valueOf(keys[index + 1]);
        double part = rank - lowRank;
        return low * (1.0 - part) + high * part;
    }

    private boolean tryGrow(MemoryBudget.Share share) {
        long before = table.sizeBytes();
        if (!share.tryTake(2 * before)) {
            return false;
        }
        table = table.grown();
        share.giveBack(before);
        return true;
    }

    private long keyOf(double value) {
        return exact ? encoded(value) : LogarithmicBuckets.bucketOf(value);
    }

    private double valueOf(long key) {
        return exact ? decoded(key) : LogarithmicBuckets.valueOf(key);
    }

    /** The bits of a double as a long that sorts as the double does, NaN last and both zeros as one. */
    private static long encoded(double value) {
        long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
        return bits ^ ((bits >> 63) & Long.MAX_VALUE);
    }

    private static double decoded(long key) {
        return Double.longBitsToDouble(key ^ ((key >> 63) & Long.MAX_VALUE));
    }
}

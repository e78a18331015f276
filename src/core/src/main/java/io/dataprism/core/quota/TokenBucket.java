package io.dataprism.core.quota;

import java.util.concurrent.TimeUnit;

/**
 * What may be used at an even rate, with some of it saved for a burst. Begins full. It has neither a clock nor a lock: whoever
 * has one tells it the time, in the order of time, and lets one thread in at a time.
 */
public final class TokenBucket {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final double perSecond;
    private final double most;
    private double tokens;
    private long filledAtNanos;

    /**
     * @param perSecond how much comes in a second
     * @param most how much it holds
     * @param nowNanos by the clock that the other methods are told
     */
    public TokenBucket(double perSecond, double most, long nowNanos) {
        this.perSecond = perSecond;
        this.most = most;
        this.tokens = most;
        this.filledAtNanos = nowNanos;
    }

    /** How much there is now; below 0 where more was taken than there was. */
    public double left(long nowNanos) {
        tokens = Math.min(most, tokens + (nowNanos - filledAtNanos) / NANOS * perSecond);
        filledAtNanos = nowNanos;
        return tokens;
    }

    /** Takes so much, whether it is there or not. */
    public void take(double count) {
        tokens -= count;
    }

    /** Takes one where there is one, and says whether there was. */
    public boolean takeOne(long nowNanos) {
        boolean there = left(nowNanos) >= 1;
        if (there) {
            take(1);
        }
        return there;
    }

    /** Whether nothing is missing: it is as good as a new one. */
    public boolean isFull(long nowNanos) {
        return left(nowNanos) >= most;
    }
}

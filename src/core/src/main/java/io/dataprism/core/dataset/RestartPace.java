package io.dataprism.core.dataset;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How often the engine may be started anew: {@value #LIMIT} times in any minute. For one thread at a time. */
final class RestartPace {

    static final int LIMIT = 5;
    static final Duration PERIOD = Duration.ofMinutes(1);

    private final Deque<Long> startsNanos = new ArrayDeque<>();

    /** How long from now until it may be started; zero: now. */
    Duration untilAllowed(long nowNanos) {
        Long oldest = startsNanos.size() < LIMIT ? null : startsNanos.peekFirst();
        if (oldest == null) {
            return Duration.ZERO;
        }
        long left = PERIOD.toNanos() - (nowNanos - oldest);
        return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    void restarted(long nowNanos) {
        if (startsNanos.size() == LIMIT) {
            startsNanos.removeFirst();
        }
        startsNanos.addLast(nowNanos);
    }
}

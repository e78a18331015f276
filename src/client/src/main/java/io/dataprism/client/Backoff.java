package io.dataprism.client;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt: full jitter below a bound that doubles, so that the clients of a node that
 * comes back do not all come at once. Not thread-safe.
 */
final class Backoff {

    /** However long a node asks to be left alone. */
    static final Duration ASKED_LIMIT = Duration.ofMinutes(5);

    private static final int DOUBLINGS_LIMIT = 30;

    private final long firstMillis;
    private final long mostMillis;
    private final RandomGenerator random;
    private int attempts;

    Backoff(Duration first, Duration most, RandomGenerator random) {
        this.firstMillis = first.toMillis();
        this.mostMillis = most.toMillis();
        this.random = random;
    }

    /** @param asked what the node asked for; no wait is shorter than that, or than {@link #ASKED_LIMIT} where it is more */
    Duration next(@Nullable Duration asked) {
        long boundMillis = Math.min(mostMillis, firstMillis << Math.min(attempts, DOUBLINGS_LIMIT));
        attempts++;
        long jitterMillis = random.nextLong(boundMillis + 1);
        if (asked == null || asked.isNegative()) {
            return Duration.ofMillis(jitterMillis);
        }
        Duration floor = asked.compareTo(ASKED_LIMIT) > 0 ? ASKED_LIMIT : asked;
        return floor.plusMillis(jitterMillis);
    }

    /** The next wait is a first one again. */
    void reset() {
        attempts = 0;
    }
}

package io.dataprism.core.lifecycle;

import io.dataprism.core.manifest.CrashPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Counts the failures of one plugin and says when it may be started again. Not thread-safe: one owner. */
public final class RestartBackoff {

    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Deque<Instant> failures = new ArrayDeque<>();

    /**
     * Notes a failure.
     *
     * @return how long to wait before the next start, or empty where the policy allows none
     */
    public Optional<Duration> failed(CrashPolicy policy, Instant now) {
        failures.removeIf(failure -> failure.isBefore(now.minus(policy.window())));
        failures.addLast(now);
        if (!policy.restart() || failures.size() > policy.maxRestarts()) {
            return Optional.empty();
        }
        Duration pause = FIRST.multipliedBy(1L << Math.min(failures.size() - 1, 10));
        return Optional.of(pause.compareTo(LONGEST) < 0 ? pause : LONGEST);
    }

    /** Forgets: an operator has acted. */
    public void reset() {
        failures.clear();
    }
}

package io.dataprism.cluster.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits, bounded, until something holds. */
final class Eventually {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private Eventually() {}

    static void holds(ThrowingCallable assertion) throws Throwable {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                assertion.call();
                return;
            } catch (AssertionError | RuntimeException notYet) {
                assertThat(System.nanoTime() - end).as("%s", notYet).isNegative();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}

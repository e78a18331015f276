package io.dataprism.cluster.event;

import java.time.Duration;

/** Says yes once in ten seconds, so that what happens often is not told each time. One thread. */
final class Seldom {

    private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private long lastNanos = System.nanoTime() - PAUSE_NANOS;

    boolean isDue() {
        long now = System.nanoTime();
        if (now - lastNanos < PAUSE_NANOS) {
            return false;
        }
        lastNanos = now;
        return true;
    }
}

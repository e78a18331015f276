package io.dataprism.cluster.shared;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warnings that somebody could cause as often as he likes: one in ten seconds is written. Any thread. */
final class Complaints {

    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);
    private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final AtomicLong next = new AtomicLong(System.nanoTime());

    void say(String message, Object... values) {
        long now = System.nanoTime();
        long due = next.get();
        if (now - due >= 0 && next.compareAndSet(due, now + PAUSE_NANOS)) {
            LOG.warn(message, values);
        }
    }
}

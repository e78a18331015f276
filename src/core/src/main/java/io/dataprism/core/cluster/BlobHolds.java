package io.dataprism.core.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Files that must stay though nobody may name them: those that are being sent to another node or are about to be named, counted, and those
 * that another node has asked this one to keep, for a time. Safe on any thread; never blocks.
 */
public final class BlobHolds {

    private final Map<String, Integer> holders = new HashMap<>();
    private final Map<String, Long> keptUntilNanos = new HashMap<>();

    /** Holds a blob until what is answered is run. */
    public Runnable hold(String digest) {
        synchronized (this) {
            holders.merge(digest, 1, Integer::sum);
        }
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (released.compareAndSet(false, true)) {
                release(digest);
            }
        };
    }

    private synchronized void release(String digest) {
        holders.computeIfPresent(digest, (same, count) -> count == 1 ? null : count - 1);
    }

    /** Keeps a blob for that time from now. */
    public synchronized void keep(String digest, long nanos) {
        long now = System.nanoTime();
        keptUntilNanos.values().removeIf(until -> until - now < 0);
        keptUntilNanos.put(digest, now + nanos);
    }

    /** Whether it must stay. */
    public synchronized boolean isHeld(String digest) {
        Long until = keptUntilNanos.get(digest);
        return holders.containsKey(digest) || until != null && until - System.nanoTime() >= 0;
    }

    /** How many holds there are. */
    public synchronized int count() {
        return holders.values().stream().mapToInt(Integer::intValue).sum();
    }
}

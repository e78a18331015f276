package io.dataprism.audit;

import io.dataprism.core.audit.AuditEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Lines that wait to be written, at most {@value #LINES_LIMIT}. Any thread, never blocks. */
public final class AuditQueue {

    /** The most lines that wait; more are dropped and counted. */
    public static final int LINES_LIMIT = 8192;

    private final ArrayBlockingQueue<AuditEntry> entries = new ArrayBlockingQueue<>(LINES_LIMIT);
    private final AtomicLong dropped = new AtomicLong();
    private volatile Runnable filled = () -> {};

    /** Adds a line, or drops and counts it. */
    public void offer(AuditEntry entry) {
        if (!entries.offer(entry)) {
            dropped.incrementAndGet();
        }
        filled.run();
    }

    /** Called after each offer, on the offering thread. */
    void onFilled(Runnable action) {
        filled = action;
    }

    List<AuditEntry> take(int limit) {
        List<AuditEntry> taken = new ArrayList<>();
        entries.drainTo(taken, limit);
        return taken;
    }

    /** How many were dropped since the last call. */
    long takeDropped() {
        return dropped.getAndSet(0);
    }

    void giveBackDropped(long count) {
        dropped.addAndGet(count);
    }

    boolean isEmpty() {
        return entries.isEmpty() && dropped.get() == 0;
    }
}

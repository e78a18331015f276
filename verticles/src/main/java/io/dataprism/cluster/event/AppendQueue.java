package io.dataprism.cluster.event;

import io.dataprism.core.event.EventDraft;
import io.dataprism.core.event.StoredEvent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be added to a shard's ring, bounded by count and bytes together with what has been sent and is not done with; full: {@code
 * OVERLOADED}. Any thread offers and never waits; one takes.
 */
final class AppendQueue {

    static final int EVENTS_LIMIT = 8_192;
    static final long BYTES_LIMIT = 16L << 20;
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private final RingCounts counts;
    private final InstantSource clock;
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private int pendings;
    private long bytes;
    private boolean closed;

    AppendQueue(RingCounts counts, InstantSource clock) {
        this.counts = counts;
        this.clock = clock;
    }

    /** @param draft null: everything is to be forgotten */
    CompletableFuture<@Nullable StoredEvent> offer(@Nullable EventDraft draft) {
        Pending pending = new Pending(draft, clock.millis(), System.nanoTime() + DEADLINE.toNanos());
        synchronized (this) {
            if (closed) {
                pending.fail(NotPublished.draining(pending.what()));
                return pending.done();
            }
            if (pendings >= EVENTS_LIMIT || bytes + pending.weightBytes() > BYTES_LIMIT) {
                counts.overloaded.increment();
                pending.fail(NotPublished.overloaded(pending.what(), EVENTS_LIMIT, BYTES_LIMIT));
                return pending.done();
            }
            pendings++;
            bytes += pending.weightBytes();
            waiting.addLast(pending);
        }
        pending.done().whenComplete((event, failure) -> release(pending));
        return pending.done();
    }

    private synchronized void release(Pending pending) {
        pendings--;
        bytes -= pending.weightBytes();
    }

    /** The next, where it passes. */
    synchronized @Nullable Pending takeIf(Predicate<Pending> passes) {
        Pending next = waiting.peekFirst();
        return next != null && passes.test(next) ? waiting.pollFirst() : null;
    }

    /** Takes all that pass, wherever they are. */
    synchronized List<Pending> takeAll(Predicate<Pending> passes) {
        List<Pending> taken = new ArrayList<>();
        waiting.removeIf(each -> passes.test(each) && taken.add(each));
        return taken;
    }

    /** Takes no more. */
    synchronized void close() {
        closed = true;
    }

    /** How many wait or have been sent and are not done with. */
    synchronized int pendings() {
        return pendings;
    }
}

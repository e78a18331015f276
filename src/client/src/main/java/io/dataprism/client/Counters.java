package io.dataprism.client;

import java.util.concurrent.atomic.LongAdder;

/** What a client counts of its events, since it began. From any thread. */
public final class Counters {

    private final LongAdder connections = new LongAdder();
    private final LongAdder lostConnections = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder gaps = new LongAdder();

    Counters() {}

    void connected() {
        connections.increment();
    }

    void lost() {
        lostConnections.increment();
    }

    void duplicate() {
        duplicates.increment();
    }

    void gap() {
        gaps.increment();
    }

    /** Connections for events that were opened. */
    public long connections() {
        return connections.sum();
    }

    /** Attempts and connections that failed, and were or will be replaced. */
    public long lostConnections() {
        return lostConnections.sum();
    }

    /** Events that a node sent again, and that were not delivered again. */
    public long duplicates() {
        return duplicates.sum();
    }

    /** Gaps that were told, of all subscriptions. */
    public long gaps() {
        return gaps.sum();
    }
}

package io.dataprism.cluster.event;

import java.util.concurrent.atomic.LongAdder;

/** What happened to the rings as this node saw it, since it started. Any thread. */
public final class RingCounts {

    final LongAdder forged = new LongAdder();
    final LongAdder stale = new LongAdder();
    final LongAdder again = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder rolledBack = new LongAdder();
    final LongAdder overloaded = new LongAdder();
    final LongAdder noMajority = new LongAdder();
    final LongAdder retried = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final LongAdder groups = new LongAdder();

    RingCounts() {}

    /** Items that no node of the cluster had made. */
    public long forged() {
        return forged.sum();
    }

    /** Items of another life of their ring than the one that they were in. */
    public long stale() {
        return stale.sum();
    }

    /** Events that were read a second time, since their outcome was unknown to who added them; shown once. */
    public long again() {
        return again.sum();
    }

    /** How often something was lost before it could be read: a ring began anew, or was too far ahead. */
    public long lost() {
        return lost.sum();
    }

    /** How often a ring had lost what was read already, and only that. */
    public long rolledBack() {
        return rolledBack.sum();
    }

    /** Events that were not taken, because too many waited. */
    public long overloaded() {
        return overloaded.sum();
    }

    /** Events that were not taken, because too few nodes were seen. */
    public long noMajority() {
        return noMajority.sum();
    }

    /** Groups of events that had to be added again. */
    public long retried() {
        return retried.sum();
    }

    /** Events of which it was not found out whether they were added. */
    public long unknown() {
        return unknown.sum();
    }

    /** Groups that were added. */
    public long groups() {
        return groups.sum();
    }
}

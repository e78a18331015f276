package io.dataprism.load.chaos;

/** What a node can suffer, and what of it clients may feel. */
public enum FaultKind {
    /** {@code kill -9}, and a start with the same disk. Connections to it break, and nothing is lost. */
    KILL(3_000, false, false, true),
    /** SIGTERM, its end in order, and a start. Nobody feels it. */
    RESTART(3_000, false, false, false),
    /** {@code kill -9}, and a start with an empty disk. */
    EMPTY_DISK(3_000, false, false, true),
    /** SIGSTOP, and SIGCONT. Until the others miss it, calls wait for it. */
    FREEZE(30_000, true, true, true),
    /** It does not reach the others, nor they it; clients reach all. */
    CUT(30_000, true, true, true),
    /** More at once than there are copies. */
    MOST_KILLED(30_000, true, true, true);

    private final long feltMillis;
    private final boolean gaps;
    private final boolean failures;
    private final boolean breaks;

    FaultKind(long feltMillis, boolean gaps, boolean failures, boolean breaks) {
        this.feltMillis = feltMillis;
        this.gaps = gaps;
        this.failures = failures;
        this.breaks = breaks;
    }

    long feltMillis() {
        return feltMillis;
    }

    boolean gaps() {
        return gaps;
    }

    boolean failures() {
        return failures;
    }

    boolean breaks() {
        return breaks;
    }
}

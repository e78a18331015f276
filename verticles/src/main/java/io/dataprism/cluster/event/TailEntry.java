package io.dataprism.cluster.event;

/** What reading a ring comes to, in its order. */
sealed interface TailEntry {

    /** An event that this node has not shown. */
    record Shown(RingItem.Event item, long sequence) implements TailEntry {}

    /** One that it has, since its writer has added it twice. */
    record Again(long sequence, int check) implements TailEntry {}

    /** All before it is forgotten. */
    record Cleared(RingItem.Clear item, long sequence) implements TailEntry {}
}

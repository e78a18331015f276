package io.dataprism.cluster.event;

import io.dataprism.core.event.Topic;

/** What is added to a shard's ring, whole and signed by a node of the cluster. */
sealed interface RingItem {

    /** The life of the ring that it was added to; in another it is left alone. */
    String epoch();

    /** Who added it: one process of one node. */
    long writer();

    /** A ring begins: the first of them gives the life its name. */
    record Begin(String epoch, long writer) implements RingItem {}

    /** One that its writer numbers, so that those that it added twice are known; a writer's numbers rise. */
    sealed interface Numbered extends RingItem {

        long number();
    }

    /**
     * An event.
     *
     * @param check of its signature, as in cursors; 0 before it is signed
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Event(
            String epoch,
            long writer,
            long number,
            long timeMillis,
            Topic topic,
            String source,
            byte[] dataJson,
            int check)
            implements Numbered {}

    /** All before it is forgotten. */
    record Clear(String epoch, long writer, long number) implements Numbered {}
}

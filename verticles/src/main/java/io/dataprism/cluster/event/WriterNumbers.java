package io.dataprism.cluster.event;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The highest number that was read of each writer of a shard: a lower one has been read before, or its writer has given it up. Of writers
 * that were not heard of for long the oldest are forgotten.
 */
final class WriterNumbers {

    private static final int WRITERS_LIMIT = 4_096;

    private final Map<Long, Long> highest = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > WRITERS_LIMIT;
        }
    };

    /** Notes a number; whether it is new. */
    boolean isNew(long writer, long number) {
        Long before = highest.get(writer);
        if (before != null && number <= before) {
            return false;
        }
        highest.put(writer, number);
        return true;
    }

    /** That number, and what its writer numbered after it, counts as not read. */
    void unread(long writer, long number) {
        highest.computeIfPresent(writer, (same, read) -> Math.min(read, number - 1));
    }
}

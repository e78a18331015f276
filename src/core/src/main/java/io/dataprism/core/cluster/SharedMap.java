package io.dataprism.core.cluster;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Named values that all nodes of a cluster have, in memory and on their disks. Each change of a key makes its next revision, and one node
 * makes it: of two that try, one hears {@code STATE_CONFLICT}. Of two values the greater holds, everywhere, also after a cold start and
 * after a partition has healed; a deletion is a value too. Where most of the nodes cannot be seen nothing is changed, and reading goes on.
 *
 * <p>Reading is from memory, on any thread, and may be a moment behind other nodes. Changing blocks.
 */
public interface SharedMap {

    /** What a key has where it was never set. */
    long NEVER = 0;

    /**
     * A value. Of two of a key, which holds is the greater: the later revision. Two of one revision can be made by halves of a cluster that do
     * not see each other yet; then a deletion holds, so that nothing is given back that somebody took, and else the greater bytes, which
     * every node finds alike. So who keeps what it was told last asks for the order, not for the revision.
     *
     * @param revision from 1, one more with each change
     * @param bytes empty where it is deleted; not to be changed
     * @param deleted whether this is a deletion
     */
    @SuppressWarnings("ArrayRecordComponent") // shared, compared by its order
    record Value(long revision, byte[] bytes, boolean deleted) implements Comparable<Value> {

        private static final Comparator<Value> ORDER = Comparator.comparingLong(Value::revision)
                .thenComparing(Value::deleted)
                .thenComparing(Value::bytes, Arrays::compareUnsigned);

        @Override
        public int compareTo(Value other) {
            return ORDER.compare(this, other);
        }
    }

    /** Hears of new values. */
    @FunctionalInterface
    interface Listener {

        /** One at a time, on a thread that may block. What it throws is logged, and it is told again with the next look at everything. */
        void changed(String key, Value value);
    }

    /** The value of a key; deleted ones too, so that its revision is known. */
    Optional<Value> find(String key);

    /**
     * The same, as those have it who answer for the key: what was changed on any node before this was called is seen. Blocks. Where they do
     * not answer, what this node has.
     */
    default Optional<Value> fresh(String key) {
        return find(key);
    }

    /** All that are not deleted, by key. */
    Map<String, Value> all();

    /**
     * Makes the next revision of a key. Blocks until the nodes that keep it in memory have it.
     *
     * @param expected the revision that it has; {@link #NEVER} for a new one. {@code STATE_CONFLICT} where it has another
     * @param bytes at most 4 MiB
     * @return the new revision
     * @throws io.dataprism.core.error.DataPrismException {@code STATE_CONFLICT}; {@code NO_MAJORITY} where too few nodes are seen, or it
     *     is not known whether the change was made
     */
    long put(String key, long expected, byte[] bytes);

    /** The same with a deletion. */
    long delete(String key, long expected);

    /** Adds a listener, which is told first of all that there is, deletions too, before this is back. */
    void listen(Listener listener);
}

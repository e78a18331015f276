package io.dataprism.core.dataset;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongPredicate;

/** What the nodes of a cluster say of the tables that their queries see. */
public interface ShownTables {

    /** What a node is said to see of a table that it does not see. */
    long NONE = 0;

    /**
     * Says which version of each table this node's queries see from now on. Never blocks.
     *
     * @param versions the newest by name
     */
    void show(Map<String, Long> versions);

    /**
     * Blocks until all nodes that have tables and are seen say what is asked for, or the time is over; whoever was late is not waited for
     * again until it has caught up.
     *
     * @param seen of a version, or {@link #NONE}: whether a node that says so is as far
     * @return whether all said so
     */
    boolean await(String table, LongPredicate seen, Duration atMost);
}

package io.dataprism.cluster;

import java.util.List;
import java.util.Optional;

/** The nodes that this one sees now, itself among them. Any thread; nothing blocks. */
public interface Members {

    /** This node. */
    Member self();

    /** All that are seen, sorted by id. */
    List<Member> all();

    /** One of them. */
    default Optional<Member> find(String id) {
        return all().stream().filter(member -> member.id().equals(id)).findFirst();
    }

    /** Whether those that are seen are the majority of those that there are: then what is shared may be changed. */
    boolean hasMajority();

    /**
     * Adds a listener for changes of {@link #all} and {@link #hasMajority}.
     *
     * @param listener told after a change, on any thread; it must not block
     */
    void onChange(Runnable listener);
}

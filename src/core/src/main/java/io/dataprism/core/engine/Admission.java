package io.dataprism.core.engine;

import io.dataprism.core.error.DataPrismException;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Who may open another query: so many on the node, so many of one user, and none while too much is on its way. Any thread. */
final class Admission {

    private final EngineLimits limits;
    private final BufferAllocator allocator;
    private final Map<String, Integer> openOfUser = new HashMap<>();
    private int open;
    private long refusals;

    Admission(EngineLimits limits, BufferAllocator allocator) {
        this.limits = limits;
        this.allocator = allocator;
    }

    /** Takes a place, to be given back by {@link #leave}. Answers why there is none, or null. */
    synchronized @Nullable DataPrismException tryEnter(String user) {
        int own = openOfUser.getOrDefault(user, 0);
        DataPrismException refusal = refusal(user, own);
        if (refusal != null) {
            refusals++;
            return refusal;
        }
        open++;
        openOfUser.put(user, own + 1);
        return null;
    }

    private @Nullable DataPrismException refusal(String user, int own) {
        if (open >= limits.openQueries()) {
            return QueryProblems.overloaded(limits.openQueries());
        }
        if (own >= limits.openQueriesPerUser()) {
            return QueryProblems.tooManyOfUser(user, limits.openQueriesPerUser());
        }
        if (allocator.getAllocatedMemory() > limits.batchBytes()) {
            return QueryProblems.tooManyBytes(limits.batchBytes());
        }
        return null;
    }

    synchronized void leave(String user) {
        open--;
        openOfUser.computeIfPresent(user, (name, own) -> own == 1 ? null : own - 1);
    }

    /** How many were not admitted. */
    synchronized long refusals() {
        return refusals;
    }
}

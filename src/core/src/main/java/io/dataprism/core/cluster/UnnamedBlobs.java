package io.dataprism.core.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Files that nobody names, and since when. One that has just come may be named in a moment, by an entry that is still on its way: it is
 * due for deletion when it was unnamed at each look for a whole time of grace. Bounded by the files that there are. Not safe on
 * more than one thread.
 */
public final class UnnamedBlobs {

    private final long graceNanos;
    private final Map<String, Long> since = new HashMap<>();

    public UnnamedBlobs(Duration grace) {
        this.graceNanos = grace.toNanos();
    }

    /**
     * Those that are due.
     *
     * @param unnamed all that are unnamed now
     * @param nowNanos as {@link System#nanoTime}
     */
    public Set<String> due(Collection<String> unnamed, long nowNanos) {
        since.keySet().retainAll(Set.copyOf(unnamed));
        Set<String> due = new HashSet<>();
        for (String digest : unnamed) {
            if (nowNanos - since.computeIfAbsent(digest, first -> nowNanos) >= graceNanos) {
                due.add(digest);
            }
        }
        return due;
    }
}

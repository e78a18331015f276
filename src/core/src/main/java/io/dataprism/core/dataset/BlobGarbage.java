package io.dataprism.core.dataset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Blobs that no table refers to any more, and the queries that may still read them. Bounded by the open queries and the loads
 * between two of their ends. Safe on any thread; never blocks.
 */
final class BlobGarbage {

    private record Retired(Set<String> digests, Set<String> readers) {}

    private final List<Retired> retired = new ArrayList<>();

    /** Notes blobs that the queries now open may still read. */
    synchronized void retire(Set<String> digests, Set<String> openQueries) {
        retired.add(new Retired(Set.copyOf(digests), new HashSet<>(openQueries)));
    }

    /** Notes that a query has ended. */
    synchronized void ended(String queryId) {
        retired.forEach(each -> each.readers().remove(queryId));
    }

    /** All that are still to be deleted. */
    synchronized Set<String> digests() {
        Set<String> digests = new HashSet<>();
        retired.forEach(each -> digests.addAll(each.digests()));
        return digests;
    }

    /** Takes the blobs that nobody reads any more. */
    synchronized Set<String> takeUnread() {
        Set<String> unread = new HashSet<>();
        for (Iterator<Retired> each = retired.iterator(); each.hasNext(); ) {
            Retired candidate = each.next();
            if (candidate.readers().isEmpty()) {
                unread.addAll(candidate.digests());
                each.remove();
            }
        }
        return unread;
    }
}

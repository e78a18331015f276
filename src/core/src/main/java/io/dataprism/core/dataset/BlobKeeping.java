package io.dataprism.core.dataset;

import io.dataprism.core.cluster.BlobHolds;
import io.dataprism.core.cluster.UnnamedBlobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which blobs stay, and the deletion of the others: those that no version of a table names any more, once no query that was open then
 * can read them, and nobody holds them. Blocks for a moment; safe on any thread.
 */
final class BlobKeeping {

    private static final Logger LOG = LoggerFactory.getLogger(BlobKeeping.class);

    private final BlobStore blobs;
    private final TableCatalog catalog;
    private final ReentrantLock commit;
    private final Supplier<Set<String>> openQueries;
    private final BlobGarbage garbage = new BlobGarbage();
    private final BlobHolds holds = new BlobHolds();
    private volatile Supplier<Set<String>> namedElsewhere = Set::of;

    /**
     * @param commit held by whoever changes tables
     * @param openQueries ids; a query is among them before it looks at the catalog
     */
    BlobKeeping(BlobStore blobs, TableCatalog catalog, ReentrantLock commit, Supplier<Set<String>> openQueries) {
        this.blobs = blobs;
        this.catalog = catalog;
        this.commit = commit;
        this.openQueries = openQueries;
    }

    /** Deletes all that no table names. Only while nothing reads, and nothing but the tables of this node can name blobs. */
    void sweepAll() throws IOException {
        if (!catalog.hasUnreadable()) {
            blobs.sweep(liveDigests());
        }
    }

    /** From now on these blobs stay too. */
    void keepAlso(Supplier<Set<String>> digests) {
        namedElsewhere = digests;
    }

    /** Holds a blob, whether it is there yet or not, until what is answered is run, which never blocks. */
    Runnable hold(String digest) {
        return holds.hold(digest);
    }

    /** Keeps a blob for that time from now; not one that is just being deleted. */
    void keep(String digest, long nanos) {
        commit.lock();
        try {
            holds.keep(digest, nanos);
        } finally {
            commit.unlock();
        }
    }

    /** Notes that a query has ended, and deletes the files that only it still read. */
    void queryEnded(String queryId) {
        garbage.ended(queryId);
        deleteUnread();
    }

    /** Notes that a table's entry has become another. */
    void retire(TableEntry old, Set<String> kept) {
        Set<String> leaving = old.digests();
        leaving.removeAll(kept);
        if (!leaving.isEmpty()) {
            Set<String> readers = openQueries.get();
            garbage.retire(leaving, readers);
            // a query that ended between the two lines above was not known to be a reader yet
            Set<String> stillOpen = openQueries.get();
            readers.stream().filter(id -> !stillOpen.contains(id)).forEach(garbage::ended);
        }
    }

    /** Notes a blob that no table came to name. */
    void retire(Blob blob) {
        garbage.retire(Set.of(blob.sha256()), Set.of());
    }

    /** Deletes what was retired and is needed by nobody any more. */
    void deleteUnread() {
        Set<String> unread = garbage.takeUnread();
        if (unread.isEmpty()) {
            return;
        }
        commit.lock();
        try {
            unread.removeAll(liveDigests());
            unread.removeAll(garbage.digests());
            Set<String> held = unread.stream().filter(holds::isHeld).collect(Collectors.toSet());
            if (!held.isEmpty()) {
                unread.removeAll(held);
                garbage.retire(held, Set.of()); // until the next time that something is deleted
            }
            unread.forEach(digest -> delete(blobs.path(digest)));
        } finally {
            commit.unlock();
        }
    }

    /** Deletes what nobody has named for the whole time of grace, and what was held until now. */
    void sweep(UnnamedBlobs unnamed) throws IOException {
        deleteUnread();
        if (catalog.hasUnreadable()) {
            return;
        }
        Map<String, Path> there = blobs.files();
        commit.lock();
        try {
            there.keySet().removeAll(liveDigests());
            there.keySet().removeAll(garbage.digests());
            there.keySet().removeIf(holds::isHeld);
            there.keySet().retainAll(unnamed.due(there.keySet(), System.nanoTime()));
            there.values().forEach(BlobKeeping::delete);
        } finally {
            commit.unlock();
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("Blob {} could not be deleted; the next start tries again", file.getFileName(), e);
        }
    }

    private Set<String> liveDigests() {
        Set<String> live = new HashSet<>(catalog.doubtfulDigests());
        live.addAll(namedElsewhere.get());
        catalog.all().forEach(entry -> live.addAll(entry.digests()));
        return live;
    }
}

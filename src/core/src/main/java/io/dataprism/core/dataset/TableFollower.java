package io.dataprism.core.dataset;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.engine.TableName;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the tables of this node what the cluster says they are: fetches the files of a newest version, then shows it, whole. Until
 * then queries see what they saw before. Each step looks at what holds when it is taken, so that it does not matter how often or
 * in which order it is taken. Blocks; safe on any thread.
 */
final class TableFollower {

    private static final Logger LOG = LoggerFactory.getLogger(TableFollower.class);
    private static final int LOCKS = 64;
    private static final long LOOK_MILLIS = 50;

    /** What of the map has been carried out here; two values of one revision can be told from each other. */
    private record Applied(long revision, int hash) {

        static Applied of(SharedMap.Value value) {
            return new Applied(value.revision(), Arrays.hashCode(value.bytes()));
        }
    }

    private final TableSharing sharing;
    private final TableCatalog catalog;
    private final BlobStore blobs;
    private final TablePublisher publisher;
    private final UnshownTables unshown;
    private final Runnable whenShown;
    private final Map<String, Applied> applied = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> wanted = new ConcurrentHashMap<>();
    private final Map<String, Applied> unreadable = new ConcurrentHashMap<>();
    private final Object news = new Object();
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    /** @param whenShown told after each change of what queries see; must not block */
    TableFollower(TableSharing sharing, TableViews views, TablePublisher publisher, Runnable whenShown) {
        this.sharing = sharing;
        this.catalog = views.catalog();
        this.blobs = views.blobs();
        this.unshown = views.unshown();
        this.publisher = publisher;
        this.whenShown = whenShown;
    }

    /** The blobs of entries that are on their way here. */
    Set<String> wanted() {
        Set<String> all = new HashSet<>();
        wanted.values().forEach(all::addAll);
        return all;
    }

    /** Notes that there is a value of a key. Whether it is to be followed. */
    boolean heard(String name, SharedMap.Value value) {
        synchronized (news) {
            news.notifyAll();
        }
        if (!TableName.isLegal(name) || isApplied(name, value)) {
            return false;
        }
        if (read(name, value) instanceof SharedTable.Live live) {
            wanted.put(name, live.entry().digests());
        }
        return true;
    }

    /** Whether queries see what that value says. */
    boolean isApplied(String name, SharedMap.Value value) {
        return Applied.of(value).equals(applied.get(name)) && !unshown.isUnopened(name);
    }

    /** Blocks until the map has another revision of a key; false: not in that time. */
    boolean awaitOther(String name, long revision, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (revision
                == sharing.tables().fresh(name).map(SharedMap.Value::revision).orElse(SharedMap.NEVER)) {
            if (System.nanoTime() - end >= 0 || !awaitNews()) {
                return false;
            }
        }
        return true;
    }

    /** For a moment, so that it does not matter whether any are missed. */
    private boolean awaitNews() {
        synchronized (news) {
            try {
                news.wait(LOOK_MILLIS);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** Carries out what this node has changed itself; what fails is done again with the next look. */
    void changedHere(String name, SharedMap.Value value) {
        carryOut(name, value);
    }

    /** Makes one table what the map says now. */
    void follow(String name) {
        ReentrantLock lock = locks.get(Math.floorMod(name.hashCode(), LOCKS));
        lock.lock();
        try {
            sharing.tables().find(name).ifPresent(value -> carryOut(name, value));
        } finally {
            lock.unlock();
        }
    }

    private void carryOut(String name, SharedMap.Value value) {
        SharedTable table = read(name, value);
        try {
            switch (table) {
                case SharedTable.Live live -> attach(live.entry(), value);
                case SharedTable.Dropped dropped -> {
                    wanted.remove(name);
                    publisher.detach(name, dropped.version(), () -> accept(name, value));
                }
                case null -> {
                    return;
                }
            }
            whenShown.run();
        } catch (DataPrismException e) {
            note(name, e);
        } catch (IOException
                | SQLException
                | RuntimeException e) { // what holds in the cluster holds, whatever fails here
            note(name, publisher.explain("Showing table '" + name + "'", blobs.root(), e));
        }
    }

    private void attach(TableEntry entry, SharedMap.Value value) throws IOException, SQLException {
        String name = entry.name();
        Set<String> digests = entry.digests();
        wanted.put(name, digests);
        TableEntry before = catalog.get(name);
        if (before == null && unshown.problem(name) == null) {
            unshown.problem(name, TableProblems.onItsWay(name, entry.newest().version()));
        }
        if (before != null && !applied.containsKey(name) && !entry.versions().contains(before.newest())) {
            LOG.warn(
                    "Table {} of this node, at version {}, gives way to the cluster's, at version {}",
                    name,
                    before.newest().version(),
                    entry.newest().version());
        }
        if (!entry.equals(before) || unshown.isUnopened(name)) {
            fetchMissing(entry.files());
        }
        publisher.attach(entry, () -> accept(name, value));
        wanted.remove(name, digests);
        if (Applied.of(value).equals(applied.get(name))) {
            unshown.shown(name);
        }
    }

    /** Only while nobody else changes tables: whether the value is not older than what was carried out. */
    private boolean accept(String name, SharedMap.Value value) {
        Applied before = applied.get(name);
        if (before != null && value.revision() < before.revision()) {
            return false;
        }
        applied.put(name, Applied.of(value));
        return true;
    }

    /**
     * Brings files here that are not.
     *
     * @throws DataPrismException that names the first that no node has
     */
    void fetchMissing(List<Blob> files) {
        for (Blob file : files) {
            if (!Files.exists(blobs.path(file.sha256()))) {
                sharing.fetcher().fetch(TableSharing.KIND, file.sha256(), blobs.place(file.sha256()));
            }
        }
    }

    /** Gives the cluster a table that this node has and the cluster never knew. */
    void offer(String name) {
        TableEntry own = catalog.get(name);
        if (own == null || sharing.tables().find(name).isPresent()) {
            return;
        }
        try {
            byte[] bytes = SharedTable.write(own);
            long revision = sharing.tables().put(name, SharedMap.NEVER, bytes);
            LOG.info(
                    "Table {} of this node, at version {}, is the cluster's now",
                    name,
                    own.newest().version());
            carryOut(name, new SharedMap.Value(revision, bytes, false));
        } catch (IOException e) {
            throw publisher.explain("Offering table '" + name + "' to the cluster", blobs.root(), e);
        } catch (DataPrismException e) {
            if (e.code() != ErrorCode.STATE_CONFLICT) { // else another node has offered one: that holds
                throw e;
            }
        }
    }

    private void note(String name, DataPrismException problem) {
        DataPrismException before = unshown.problem(name);
        unshown.problem(name, problem);
        if (before == null || !before.detail().equals(problem.detail())) {
            LOG.warn("Queries do not see table {} as it should be: {}", name, problem.detail(), problem.getCause());
        }
    }

    private @Nullable SharedTable read(String name, SharedMap.Value value) {
        try {
            return SharedTable.read(name, value);
        } catch (IOException e) {
            if (!Applied.of(value).equals(unreadable.put(name, Applied.of(value)))) {
                LOG.error("The shared entry of table {} cannot be read", name, e);
            }
            return null;
        }
    }
}

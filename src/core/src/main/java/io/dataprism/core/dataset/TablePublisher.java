package io.dataprism.core.dataset;

import io.dataprism.core.error.DataPrismException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes changes of tables durable and seen, in one step each: the engine's view changes in a transaction that is committed
 * when the catalog's file is in place, and not otherwise. Deletes blobs that no version names any more, once no query that was
 * open then can read them. Blocks; safe on any thread, one change at a time.
 */
final class TablePublisher {

    private static final Logger LOG = LoggerFactory.getLogger(TablePublisher.class);

    private final BlobStore blobs;
    private final TableCatalog catalog;
    private final TableViews views;
    private final LiveDuckDb duckDb;
    private final Supplier<Set<String>> openQueries;
    private final BlobGarbage garbage = new BlobGarbage();
    private final ReentrantLock commit;

    /** @param openQueries ids; a query is among them before it looks at the catalog */
    TablePublisher(TableViews views, LiveDuckDb duckDb, Supplier<Set<String>> openQueries) {
        this.blobs = views.blobs();
        this.catalog = views.catalog();
        this.views = views;
        this.duckDb = duckDb;
        this.openQueries = openQueries;
        this.commit = duckDb.changes();
    }

    /** What a change of the catalog's file is. */
    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    /** Makes the entry out of the new blob. */
    @FunctionalInterface
    interface NextEntry {
        TableEntry of(Blob blob) throws IOException;
    }

    /** Shows every table to the engine, and deletes blobs that no table names. Once, before anything else. */
    void recover() throws IOException {
        if (!catalog.hasUnreadable()) {
            blobs.sweep(liveDigests());
        }
        duckDb.furnish();
    }

    /** What a failure of {@link #publish} or {@link #remove} is in the words of the contract. */
    DataPrismException explain(String operation, Path folder, Exception failure) {
        return duckDb.heal(failure) ? DuckDbFailures.of(null, failure) : TableProblems.disk(operation, folder, failure);
    }

    /**
     * Takes the file into the store and makes the entry that {@code next} answers the table's. Where anything fails, nothing
     * has changed but that the file may be gone.
     */
    TableEntry publish(@Nullable TableEntry current, Path parquet, NextEntry next) throws IOException, SQLException {
        Blob blob = BlobStore.digest(parquet);
        commit.lock();
        try {
            blobs.adopt(parquet, blob);
            TableEntry entry = next.of(blob);
            change(entry.name(), current, entry, views.create(entry), () -> catalog.put(entry));
            if (current != null) {
                retire(current, entry.digests());
            }
            return entry;
        } catch (IOException | SQLException | RuntimeException e) {
            garbage.retire(Set.of(blob.sha256()), Set.of());
            throw e;
        } finally {
            deleteUnread();
            commit.unlock();
        }
    }

    /** Removes the table; queries that read it go on. */
    void remove(TableEntry entry) throws IOException, SQLException {
        commit.lock();
        try {
            change(
                    entry.name(),
                    entry,
                    null,
                    "DROP VIEW IF EXISTS " + SqlText.identifier(entry.name()),
                    () -> catalog.remove(entry.name()));
            retire(entry, Set.of());
            deleteUnread();
        } finally {
            commit.unlock();
        }
    }

    private void change(
            String table, @Nullable TableEntry before, @Nullable TableEntry after, String view, Change catalogFile)
            throws IOException, SQLException {
        duckDb.warm().changing();
        try (DuckDBConnection connection = duckDb.duplicate();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute(view);
            catalogFile.make();
            try {
                statement.execute("COMMIT");
            } catch (SQLException e) {
                catalog.putBack(table, before, after);
                throw e;
            }
        } finally {
            duckDb.warm().changed();
        }
    }

    /** Notes that a query has ended, and deletes the files that only it still read. */
    void queryEnded(String queryId) {
        garbage.ended(queryId);
        deleteUnread();
    }

    private void retire(TableEntry old, Set<String> kept) {
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

    private void deleteUnread() {
        Set<String> unread = garbage.takeUnread();
        if (unread.isEmpty()) {
            return;
        }
        commit.lock();
        try {
            unread.removeAll(liveDigests());
            unread.removeAll(garbage.digests());
            unread.forEach(this::delete);
        } finally {
            commit.unlock();
        }
    }

    private void delete(String digest) {
        try {
            Files.deleteIfExists(blobs.path(digest));
        } catch (IOException e) {
            LOG.warn("Blob {} could not be deleted; the next start tries again", digest, e);
        }
    }

    private Set<String> liveDigests() {
        Set<String> live = new HashSet<>(catalog.doubtfulDigests());
        catalog.all().forEach(entry -> live.addAll(entry.digests()));
        return live;
    }
}

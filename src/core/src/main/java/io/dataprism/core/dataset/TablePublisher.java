package io.dataprism.core.dataset;

import io.dataprism.core.error.DataPrismException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of tables durable and seen, in one step each: the engine's view changes in a transaction that is committed
 * when the catalog's file is in place, and not otherwise. Blocks; safe on any thread, one change at a time.
 */
final class TablePublisher {

    private final BlobStore blobs;
    private final TableCatalog catalog;
    private final TableViews views;
    private final LiveDuckDb duckDb;
    private final BlobKeeping keeping;
    private final ReentrantLock commit;

    TablePublisher(TableViews views, LiveDuckDb duckDb, BlobKeeping keeping) {
        this.blobs = views.blobs();
        this.catalog = views.catalog();
        this.views = views;
        this.duckDb = duckDb;
        this.keeping = keeping;
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

    /**
     * Shows every table to the engine. Once, before anything else.
     *
     * @param alone whether blobs that no table of this node names are deleted: no other node's entries do
     */
    void recover(boolean alone) throws IOException {
        if (alone) {
            keeping.sweepAll();
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
                keeping.retire(current, entry.digests());
            }
            return entry;
        } catch (IOException | SQLException | RuntimeException e) {
            keeping.retire(blob);
            throw e;
        } finally {
            keeping.deleteUnread();
            commit.unlock();
        }
    }

    /**
     * Makes the table what it is elsewhere; its newest version's blobs are here.
     *
     * @param holds asked when nobody else changes anything: whether it is still to be done
     */
    void attach(TableEntry entry, BooleanSupplier holds) throws IOException, SQLException {
        commit.lock();
        try {
            TableEntry current = catalog.get(entry.name());
            if (holds.getAsBoolean()
                    && (!entry.equals(current) || views.unshown().isUnopened(entry.name()))) {
                change(entry.name(), current, entry, views.create(entry), () -> catalog.put(entry));
                views.unshown().shown(entry.name());
                if (current != null) {
                    keeping.retire(current, entry.digests());
                }
            }
        } finally {
            keeping.deleteUnread();
            commit.unlock();
        }
    }

    /**
     * Makes the table as absent as it is elsewhere.
     *
     * @param dropped its newest version
     * @param holds as with {@link #attach}
     */
    void detach(String name, long dropped, BooleanSupplier holds) throws IOException, SQLException {
        commit.lock();
        try {
            if (holds.getAsBoolean()) {
                TableEntry current = catalog.get(name);
                if (current != null) {
                    remove(current);
                }
                catalog.noteDropped(name, dropped);
                views.unshown().shown(name);
            }
        } finally {
            commit.unlock();
        }
    }

    /** Takes a file into the store; the caller holds it until a table names it. */
    void adopt(Path parquet, Blob blob) throws IOException {
        commit.lock();
        try {
            blobs.adopt(parquet, blob);
        } finally {
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
            keeping.retire(entry, Set.of());
            keeping.deleteUnread();
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
}

package io.dataprism.core.dataset;

import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.LoadedTable;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of this node: named, versioned, immutable. A change is on disk before it is seen, and is seen whole. Reading never
 * blocks; {@link #load} and {@link #drop} do, and take their turn per table.
 */
public final class Datasets {

    private static final Logger LOG = LoggerFactory.getLogger(Datasets.class);
    private static final int LOCKS = 64;
    private static final String SAMPLE = "flights";

    private final Path dataDirectory;
    private final Path incoming;
    private final BlobStore blobs;
    private final TableCatalog catalog;
    private final DuckDbInstance duckDb;
    private final UploadConverter converter;
    private final Supplier<Set<String>> openQueries;
    private final BlobGarbage garbage = new BlobGarbage();
    private final ReentrantLock commit = new ReentrantLock();
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    Datasets(
            Path dataDirectory,
            Path incoming,
            BlobStore blobs,
            TableCatalog catalog,
            DuckDbInstance duckDb,
            UploadConverter converter,
            Supplier<Set<String>> openQueries) {
        this.dataDirectory = dataDirectory;
        this.incoming = incoming;
        this.blobs = blobs;
        this.catalog = catalog;
        this.duckDb = duckDb;
        this.converter = converter;
        this.openQueries = openQueries;
    }

    /** Deletes what a killed process left, and shows every table to the engine. Once, before anything else. */
    void recover() throws IOException {
        try (Stream<Path> leftovers = Files.list(incoming)) {
            for (Path leftover : leftovers.toList()) {
                Files.delete(leftover);
            }
        }
        blobs.sweep(liveDigests());
        for (TableEntry entry : catalog.all()) {
            try {
                duckDb.execute(view(entry));
            } catch (SQLException e) {
                LOG.error("Table {} cannot be opened: is a file missing in {}?", entry.name(), blobs.root(), e);
            }
        }
    }

    /** The tables inside the scope, sorted by name. */
    public List<TableInfo> tables(TableScope scope) {
        return catalog.all().stream()
                .filter(entry -> scope.allows(entry.name()))
                .map(TableEntry::info)
                .toList();
    }

    /** One table, or null. */
    public @Nullable TableEntry find(String name) {
        return catalog.get(name);
    }

    /**
     * Makes the next version of a table. Blocks.
     *
     * @throws DataPrismException {@code REQUEST_INVALID} for the name, {@code TABLE_EXISTS}, {@code TABLE_NOT_FOUND},
     *     {@code PRECONDITION_FAILED}, {@code DATA_INVALID}
     */
    public LoadedTable load(LoadRequest request) {
        Path upload = incoming.resolve(UUID.randomUUID() + ".upload");
        Path parquet = incoming.resolve(UUID.randomUUID() + ".parquet");
        ReentrantLock lock = lockOf(request.table());
        lock.lock();
        try {
            TableEntry current = requireLoadable(request);
            Files.move(request.file(), upload);
            boolean append = request.mode() == LoadRequest.Mode.APPEND;
            UploadConverter.Converted converted =
                    converter.convert(request.format(), upload, parquet, append ? current : null);
            return new LoadedTable(
                    publish(current, append, request.table(), parquet, converted)
                            .info(),
                    current == null);
        } catch (IOException | SQLException e) {
            throw TableProblems.disk("Loading table '" + request.table() + "'", e);
        } finally {
            lock.unlock();
            delete(request.file());
            delete(upload);
            delete(parquet);
        }
    }

    /**
     * Drops a table. Queries that read it go on. Blocks.
     *
     * @throws DataPrismException {@code TABLE_NOT_FOUND}
     */
    public void drop(String name) {
        ReentrantLock lock = lockOf(name);
        lock.lock();
        commit.lock();
        try {
            TableEntry entry = catalog.get(name);
            if (entry == null) {
                throw TableProblems.notFound(name);
            }
            catalog.remove(name);
            duckDb.execute("DROP VIEW IF EXISTS " + SqlText.identifier(name));
            retire(entry);
        } catch (IOException | SQLException e) {
            throw TableProblems.disk("Dropping table '" + name + "'", e);
        } finally {
            commit.unlock();
            lock.unlock();
        }
    }

    /** Loads the sample dataset, once in the life of a data folder: not again after somebody has dropped it. Blocks. */
    public void loadSampleOnce() {
        Path marker = dataDirectory.resolve("sample.loaded");
        if (Files.exists(marker)) {
            return;
        }
        try {
            if (catalog.get(SAMPLE) == null) {
                Path file = Files.createTempFile(incoming, SAMPLE, ".parquet");
                try (var in = Datasets.class.getResourceAsStream(SAMPLE + ".parquet")) {
                    if (in == null) {
                        throw new IOException("The resource flights.parquet is not in this build.");
                    }
                    Files.copy(in, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
                load(new LoadRequest(SAMPLE, LoadRequest.Mode.CREATE, LoadRequest.Format.PARQUET, file, null));
            }
            Files.createFile(marker);
        } catch (IOException e) {
            throw TableProblems.disk("Loading the sample dataset", e);
        }
    }

    /** Notes that a query has ended, and deletes the files that only it still read. Blocks for a moment. */
    void queryEnded(String queryId) {
        garbage.ended(queryId);
        deleteUnread();
    }

    /** Deletes an upload that came to nothing. */
    void discard(Path upload) {
        delete(upload);
    }

    private @Nullable TableEntry requireLoadable(LoadRequest request) {
        String name = request.table();
        if (!TableEntry.isName(name)) {
            throw TableProblems.badName(name);
        }
        TableEntry current = catalog.get(name);
        Long expected = request.ifMatch();
        if (expected != null && (current == null || current.newest().version() != expected)) {
            throw TableProblems.otherVersion(name, expected, current);
        }
        if (request.mode() == LoadRequest.Mode.CREATE && current != null) {
            throw TableProblems.exists(name, current.newest().version());
        }
        if (request.mode() == LoadRequest.Mode.APPEND && current == null) {
            throw TableProblems.notFound(name);
        }
        return current;
    }

    private TableEntry publish(
            @Nullable TableEntry current,
            boolean append,
            String name,
            Path parquet,
            UploadConverter.Converted converted)
            throws IOException, SQLException {
        if (append && current != null && !current.columns().equals(converted.columns())) {
            throw TableProblems.otherSchema(
                    name, "its columns are " + converted.columns() + " and the table's are " + current.columns());
        }
        commit.lock();
        try {
            Blob blob = blobs.adopt(parquet);
            TableEntry entry;
            if (current == null) {
                entry = TableEntry.first(name, converted.columns(), blob, converted.rows(), catalog.dropped(name));
            } else if (append) {
                entry = current.appended(blob, converted.rows());
            } else {
                entry = current.replaced(converted.columns(), blob, converted.rows());
            }
            catalog.put(entry);
            duckDb.execute(view(entry));
            if (current != null) {
                retire(current);
            }
            return entry;
        } finally {
            commit.unlock();
        }
    }

    private String view(TableEntry entry) {
        String files = entry.files().stream()
                .map(blob -> SqlText.literal(blobs.path(blob.sha256())))
                .collect(Collectors.joining(", "));
        return "CREATE OR REPLACE VIEW " + SqlText.identifier(entry.name()) + " AS SELECT * FROM read_parquet([" + files
                + "], hive_partitioning = false)";
    }

    private void retire(TableEntry old) {
        garbage.retire(old.files().stream().map(Blob::sha256).collect(Collectors.toSet()), openQueries.get());
        deleteUnread();
    }

    private void deleteUnread() {
        Set<String> unread = garbage.takeUnread();
        if (unread.isEmpty()) {
            return;
        }
        commit.lock();
        try {
            unread.removeAll(liveDigests());
            unread.forEach(digest -> delete(blobs.path(digest)));
        } finally {
            commit.unlock();
        }
    }

    private Set<String> liveDigests() {
        Set<String> live = new HashSet<>();
        catalog.all().forEach(entry -> entry.files().forEach(blob -> live.add(blob.sha256())));
        return live;
    }

    private ReentrantLock lockOf(String name) {
        return locks.get(Math.floorMod(name.hashCode(), LOCKS));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("File {} could not be deleted", file, e);
        }
    }
}

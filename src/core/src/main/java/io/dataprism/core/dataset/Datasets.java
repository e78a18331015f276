package io.dataprism.core.dataset;

import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.LoadedTable;
import io.dataprism.core.engine.TableName;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
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
    private final TablePublisher publisher;
    private final UploadConverter converter;
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    Datasets(
            Path dataDirectory,
            Path incoming,
            BlobStore blobs,
            TableCatalog catalog,
            TablePublisher publisher,
            UploadConverter converter) {
        this.dataDirectory = dataDirectory;
        this.incoming = incoming;
        this.blobs = blobs;
        this.catalog = catalog;
        this.publisher = publisher;
        this.converter = converter;
    }

    /** Deletes what a killed process left, and shows every table to the engine. Once, before anything else. */
    void recover() throws IOException {
        try (Stream<Path> leftovers = Files.list(incoming)) {
            for (Path leftover : leftovers.toList()) {
                Files.delete(leftover);
            }
        }
        publisher.recover();
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
            TableEntry current = requireLoadable(request.table(), request.mode(), request.ifMatch());
            Files.move(request.file(), upload);
            boolean append = request.mode() == LoadRequest.Mode.APPEND;
            UploadConverter.Converted converted =
                    converter.convert(request.format(), upload, parquet, append ? current : null);
            return publish(current, append, request.table(), parquet, converted);
        } catch (IOException | SQLException e) {
            throw publisher.explain("Loading table '" + request.table() + "'", dataDirectory, e);
        } finally {
            lock.unlock();
            delete(request.file());
            delete(upload);
            delete(parquet);
        }
    }

    /**
     * Refuses what {@link #keep} would refuse, before a query is run for it; answers at once.
     *
     * @throws DataPrismException as {@link #load}
     */
    void requireKeepable(KeepRequest request) {
        requireLoadable(request.table(), request.mode(), request.ifMatch());
    }

    /**
     * Makes the next version of a table out of rows that a query has written. Blocks.
     *
     * @param parquet moved or deleted, whatever happens
     * @throws DataPrismException as {@link #load}
     */
    LoadedTable keep(KeepRequest request, Path parquet, UploadConverter.Converted converted) {
        ReentrantLock lock = lockOf(request.table());
        lock.lock();
        try {
            TableEntry current = requireLoadable(request.table(), request.mode(), request.ifMatch());
            boolean append = request.mode() == LoadRequest.Mode.APPEND;
            return publish(current, append, request.table(), parquet, converted);
        } catch (IOException | SQLException e) {
            throw publisher.explain("Keeping rows as table '" + request.table() + "'", dataDirectory, e);
        } finally {
            lock.unlock();
            delete(parquet);
        }
    }

    /**
     * Drops a table. Queries that read it go on. Blocks.
     *
     * @param ifMatch the version that must be the newest; null: any
     * @throws DataPrismException {@code TABLE_NOT_FOUND}, {@code PRECONDITION_FAILED}
     */
    public void drop(String name, @Nullable Long ifMatch) {
        ReentrantLock lock = lockOf(name);
        lock.lock();
        try {
            TableEntry entry = catalog.get(name);
            if (ifMatch != null && (entry == null || entry.newest().version() != ifMatch)) {
                throw TableProblems.otherVersion(name, ifMatch, entry);
            }
            if (entry == null) {
                throw TableProblems.notFound(name);
            }
            publisher.remove(entry);
        } catch (IOException | SQLException e) {
            throw publisher.explain("Dropping table '" + name + "'", dataDirectory, e);
        } finally {
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
            throw TableProblems.disk("Loading the sample dataset", dataDirectory, e);
        }
    }

    /** Notes that a query has ended, and deletes the files that only it still read. Blocks for a moment. */
    void queryEnded(String queryId) {
        publisher.queryEnded(queryId);
    }

    /** Deletes an upload that came to nothing. */
    void discard(Path upload) {
        delete(upload);
    }

    private @Nullable TableEntry requireLoadable(String name, LoadRequest.Mode mode, @Nullable Long expected) {
        TableName.require(name);
        TableEntry current = catalog.get(name);
        if (expected != null && (current == null || current.newest().version() != expected)) {
            throw TableProblems.otherVersion(name, expected, current);
        }
        if (mode == LoadRequest.Mode.CREATE && current != null) {
            throw TableProblems.exists(name, current.newest().version());
        }
        if (mode == LoadRequest.Mode.APPEND && current == null) {
            throw TableProblems.notFound(name);
        }
        return current;
    }

    private LoadedTable publish(
            @Nullable TableEntry current,
            boolean append,
            String name,
            Path parquet,
            UploadConverter.Converted converted)
            throws IOException, SQLException {
        List<TableInfo.Column> columns = converted.columns();
        TableEntry entry;
        if (current == null) {
            long dropped = catalog.dropped(name);
            entry = publisher.publish(
                    null, parquet, blob -> TableEntry.first(name, columns, List.of(blob), converted.rows(), dropped));
        } else if (append) {
            entry = append(current, parquet, converted);
        } else {
            entry = publisher.publish(current, parquet, blob -> current.next(columns, List.of(blob), converted.rows()));
        }
        return new LoadedTable(entry.info(), current == null);
    }

    private TableEntry append(TableEntry current, Path parquet, UploadConverter.Converted converted)
            throws IOException, SQLException {
        if (!current.columns().equals(converted.columns())) {
            throw TableProblems.otherSchema(current, converted.columns(), true);
        }
        List<Blob> files = current.files();
        int rewritten = Compaction.tail(files, Files.size(parquet));
        List<Blob> before = files.subList(0, files.size() - rewritten);
        if (rewritten > 0) {
            List<Path> tail = new ArrayList<>();
            files.subList(before.size(), files.size()).forEach(blob -> tail.add(blobs.path(blob.sha256())));
            converter.joinBefore(tail, parquet);
        }
        return publisher.publish(current, parquet, blob -> {
            List<Blob> all = new ArrayList<>(before);
            all.add(blob);
            return current.next(current.columns(), all, current.newest().rows() + converted.rows());
        });
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

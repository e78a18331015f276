package io.dataprism.core.dataset;

import io.dataprism.core.cluster.LocalBlobs;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.LoadedTable;
import io.dataprism.core.engine.TableName;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.TableInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    static final String SAMPLE = "flights";

    private final Path dataDirectory;
    private final Path incoming;
    private final BlobStore blobs;
    private final TableViews views;
    private final TableCatalog catalog;
    private final BlobKeeping keeping;
    private final TablePublisher publisher;
    private final UploadConverter converter;
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    private final LocalChanges local;
    private volatile TableChanges changes;
    private volatile @Nullable FollowerThreads following;

    Datasets(
            Path dataDirectory,
            Path incoming,
            TableViews views,
            BlobKeeping keeping,
            TablePublisher publisher,
            UploadConverter converter) {
        this.dataDirectory = dataDirectory;
        this.incoming = incoming;
        this.views = views;
        this.blobs = views.blobs();
        this.catalog = views.catalog();
        this.keeping = keeping;
        this.publisher = publisher;
        this.converter = converter;
        this.local = new LocalChanges(catalog, publisher, dataDirectory.resolve("sample.loaded"));
        this.changes = local;
    }

    /** What a change is to do. */
    private record Wanted(
            String name, LoadRequest.Mode mode, @Nullable Long ifMatch, boolean ifFirst) {

        boolean append() {
            return mode == LoadRequest.Mode.APPEND;
        }
    }

    /** What it did. */
    private record Made(TableEntry entry, boolean created) {

        LoadedTable loaded() {
            return new LoadedTable(entry.info(), created);
        }
    }

    /**
     * Deletes what a killed process left, and shows every table to the engine. Once, before anything else.
     *
     * @param alone whether what no table of this node names is left over too
     */
    void recover(boolean alone) throws IOException {
        try (Stream<Path> leftovers = Files.list(incoming)) {
            for (Path leftover : leftovers.toList()) {
                Files.delete(leftover);
            }
        }
        publisher.recover(alone);
    }

    /**
     * From now on the tables are those of a cluster: what is changed here is changed on all nodes, and what others change comes here.
     * Tables that the cluster never knew are offered to it; of others the cluster's holds. Once, before anything is changed; only for
     * an engine that was opened for it. Blocks until it is known which tables there are; their files come later.
     */
    public void share(TableSharing sharing) {
        FollowerThreads threads = new FollowerThreads(sharing, views, keeping, publisher, this::loadSampleOnce);
        changes = new SharedChanges(sharing, threads.follower(), publisher, keeping, local);
        following = threads;
        threads.start();
    }

    /**
     * The files of tables, for other nodes.
     *
     * @param kept how long a file is kept at least that another node asks this one to keep
     */
    public LocalBlobs files(Duration kept) {
        return new TableBlobs(blobs, keeping, kept);
    }

    /** Why queries of this node do not see the newest version of a table, by its name; empty where they see all. */
    public Map<String, DataPrismException> problems() {
        return views.unshown().all();
    }

    /** Ends what goes on by itself. Blocks for some seconds at most. */
    void close() {
        FollowerThreads threads = following;
        if (threads != null) {
            threads.close();
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
        return load(request, new Wanted(request.table(), request.mode(), request.ifMatch(), false));
    }

    private LoadedTable load(LoadRequest request, Wanted wanted) {
        Path upload = incoming.resolve(UUID.randomUUID() + ".upload");
        Path parquet = incoming.resolve(UUID.randomUUID() + ".parquet");
        TableChanges how = changes;
        Made made;
        ReentrantLock lock = lockOf(request.table());
        lock.lock();
        try {
            TableChanges.Base base = requireLoadable(how, wanted);
            Files.move(request.file(), upload);
            UploadConverter.Converted converted =
                    converter.convert(request.format(), upload, parquet, wanted.append() ? base.entry() : null);
            made = publish(how, base, wanted, parquet, converted);
        } catch (IOException | SQLException e) {
            throw publisher.explain("Loading table '" + request.table() + "'", dataDirectory, e);
        } finally {
            lock.unlock();
            delete(request.file());
            delete(upload);
            delete(parquet);
        }
        how.settle(request.table(), made.entry().newest().version(), false);
        return made.loaded();
    }

    /**
     * Refuses what {@link #keep} would refuse, before a query is run for it; answers at once.
     *
     * @throws DataPrismException as {@link #load}
     */
    void requireKeepable(KeepRequest request) {
        Wanted wanted = new Wanted(request.table(), request.mode(), request.ifMatch(), false);
        try {
            TableName.require(wanted.name());
            requireLoadable(changes.look(wanted.name()), wanted);
        } catch (IOException e) {
            throw publisher.explain("Looking for table '" + request.table() + "'", dataDirectory, e);
        }
    }

    /**
     * Makes the next version of a table out of rows that a query has written. Blocks.
     *
     * @param parquet moved or deleted, whatever happens
     * @throws DataPrismException as {@link #load}
     */
    LoadedTable keep(KeepRequest request, Path parquet, UploadConverter.Converted converted) {
        TableChanges how = changes;
        Wanted wanted = new Wanted(request.table(), request.mode(), request.ifMatch(), false);
        Made made;
        ReentrantLock lock = lockOf(request.table());
        lock.lock();
        try {
            made = publish(how, requireLoadable(how, wanted), wanted, parquet, converted);
        } catch (IOException | SQLException e) {
            throw publisher.explain("Keeping rows as table '" + request.table() + "'", dataDirectory, e);
        } finally {
            lock.unlock();
            delete(parquet);
        }
        how.settle(request.table(), made.entry().newest().version(), false);
        return made.loaded();
    }

    /**
     * Drops a table. Queries that read it go on. Blocks.
     *
     * @param ifMatch the version that must be the newest; null: any
     * @throws DataPrismException {@code TABLE_NOT_FOUND}, {@code PRECONDITION_FAILED}
     */
    public void drop(String name, @Nullable Long ifMatch) {
        TableChanges how = changes;
        TableEntry removed;
        ReentrantLock lock = lockOf(name);
        lock.lock();
        try {
            removed = remove(how, how.base(name), ifMatch);
        } catch (IOException | SQLException e) {
            throw publisher.explain("Dropping table '" + name + "'", dataDirectory, e);
        } finally {
            lock.unlock();
        }
        how.settle(name, removed.newest().version(), true);
    }

    private static TableEntry remove(TableChanges how, TableChanges.Base first, @Nullable Long ifMatch)
            throws IOException, SQLException {
        TableChanges.Base base = first;
        for (int races = 1; ; races++) {
            TableEntry entry = base.entry();
            if (ifMatch != null && (entry == null || entry.newest().version() != ifMatch)) {
                throw TableProblems.otherVersion(base.name(), ifMatch, entry);
            }
            if (entry == null) {
                throw TableProblems.notFound(base.name());
            }
            try {
                how.remove(base);
                return entry;
            } catch (LostRaceException lost) {
                base = how.baseAfter(base, races, lost);
            }
        }
    }

    /**
     * Loads the sample dataset, once in the life of a data folder or a cluster: not again after somebody has dropped it. Blocks.
     */
    public void loadSampleOnce() {
        TableChanges how = changes;
        try {
            if (!how.hadSample() && how.look(SAMPLE).entry() == null) {
                Path file = Files.createTempFile(incoming, SAMPLE, ".parquet");
                try (var in = Datasets.class.getResourceAsStream(SAMPLE + ".parquet")) {
                    if (in == null) {
                        throw new IOException("The resource flights.parquet is not in this build.");
                    }
                    Files.copy(in, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
                loadSample(file);
            }
            how.noteSample();
        } catch (IOException e) {
            throw TableProblems.disk("Loading the sample dataset", dataDirectory, e);
        }
    }

    private void loadSample(Path file) {
        try {
            load(
                    new LoadRequest(SAMPLE, LoadRequest.Mode.CREATE, LoadRequest.Format.PARQUET, file, null),
                    new Wanted(SAMPLE, LoadRequest.Mode.CREATE, null, changes != local));
        } catch (DataPrismException e) {
            if (e.code() != ErrorCode.TABLE_EXISTS) { // else another node was first
                throw e;
            }
        }
    }

    /** Notes that a query has ended, and deletes the files that only it still read. Blocks for a moment. */
    void queryEnded(String queryId) {
        keeping.queryEnded(queryId);
    }

    /** Deletes an upload that came to nothing. */
    void discard(Path upload) {
        delete(upload);
    }

    private static TableChanges.Base requireLoadable(TableChanges how, Wanted wanted) throws IOException {
        TableName.require(wanted.name());
        TableChanges.Base base = how.base(wanted.name());
        requireLoadable(base, wanted);
        return base;
    }

    private static void requireLoadable(TableChanges.Base base, Wanted wanted) {
        TableEntry current = base.entry();
        Long expected = wanted.ifMatch();
        if (expected != null && (current == null || current.newest().version() != expected)) {
            throw TableProblems.otherVersion(base.name(), expected, current);
        }
        if (wanted.mode() == LoadRequest.Mode.CREATE && current != null) {
            throw TableProblems.exists(base.name(), current.newest().version());
        }
        if (wanted.ifFirst() && base.revision() != SharedMap.NEVER) {
            throw TableProblems.exists(base.name(), 0); // or did
        }
        if (wanted.append() && current == null) {
            throw TableProblems.notFound(base.name());
        }
    }

    private Made publish(
            TableChanges how, TableChanges.Base first, Wanted wanted, Path parquet, UploadConverter.Converted converted)
            throws IOException, SQLException {
        TableChanges.Base base = first;
        for (int races = 1; ; races++) {
            Path spent = how.spend(parquet);
            try {
                TableEntry entry = wanted.append()
                        ? append(how, base, spent, converted)
                        : how.publish(base, spent, next(how, base, converted));
                return new Made(entry, base.entry() == null);
            } catch (LostRaceException lost) {
                base = how.baseAfter(base, races, lost);
                requireLoadable(base, wanted);
            } finally {
                delete(spent);
            }
        }
    }

    private static TablePublisher.NextEntry next(
            TableChanges how, TableChanges.Base base, UploadConverter.Converted converted) {
        TableEntry current = base.entry();
        return blob -> current == null
                ? TableEntry.first(base.name(), converted.columns(), List.of(blob), converted.rows(), how.dropped(base))
                : current.next(converted.columns(), List.of(blob), converted.rows());
    }

    private TableEntry append(
            TableChanges how, TableChanges.Base base, Path parquet, UploadConverter.Converted converted)
            throws IOException, SQLException, LostRaceException {
        TableEntry current = Objects.requireNonNull(base.entry(), "what is appended to is there");
        if (!current.columns().equals(converted.columns())) {
            throw TableProblems.otherSchema(current, converted.columns(), true);
        }
        List<Blob> files = current.files();
        how.require(files);
        int rewritten = Compaction.tail(files, Files.size(parquet));
        List<Blob> before = files.subList(0, files.size() - rewritten);
        if (rewritten > 0) {
            List<Path> tail = new ArrayList<>();
            files.subList(before.size(), files.size()).forEach(blob -> tail.add(blobs.path(blob.sha256())));
            converter.joinBefore(tail, parquet);
        }
        return how.publish(base, parquet, blob -> {
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

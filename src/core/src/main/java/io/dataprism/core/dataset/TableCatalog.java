package io.dataprism.core.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that there are: a file each, {@code <folder>/<name>.json}, and a copy in memory. A change is on disk, or has not
 * happened. Reading never blocks and is safe on any thread; changes are the caller's to put in order.
 */
final class TableCatalog {

    private static final Logger LOG = LoggerFactory.getLogger(TableCatalog.class);
    private static final String SUFFIX = ".json";
    private static final String DROPPED = ".dropped";

    private final Path folder;
    private final ConcurrentSkipListMap<String, TableEntry> tables = new ConcurrentSkipListMap<>();
    private final Set<String> doubtful = ConcurrentHashMap.newKeySet();
    private boolean unreadable;
    private final AtomicLong revision = new AtomicLong();

    private TableCatalog(Path folder) {
        this.folder = folder;
    }

    /** Reads what is there. A file that cannot be read is logged and left alone; its table is absent. */
    static TableCatalog open(Path folder) throws IOException {
        TableCatalog catalog = new TableCatalog(Files.createDirectories(folder));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(SUFFIX)) {
                    catalog.read(file);
                } else if (!file.toString().endsWith(DROPPED)) {
                    Files.delete(file);
                }
            }
        }
        return catalog;
    }

    private void read(Path file) {
        try {
            TableEntry entry = TableEntryFile.read(Files.readAllBytes(file));
            tables.put(entry.name(), entry);
        } catch (IOException e) {
            unreadable = true;
            LOG.error("Catalog file {} cannot be read; no blob is swept while it is there", file, e);
        }
    }

    @Nullable
    TableEntry get(String name) {
        return tables.get(name);
    }

    /** Sorted by name. */
    Collection<TableEntry> all() {
        return tables.values();
    }

    /** Whether some file could not be read, so that nobody knows which blobs are its table's. */
    boolean hasUnreadable() {
        return unreadable;
    }

    /** Makes the entry the table's, durably. Where that fails the table is what it was. */
    void put(TableEntry entry) throws IOException {
        TableEntry before = tables.get(entry.name());
        Path file = file(entry.name());
        Path draft = folder.resolve(entry.name() + ".draft");
        try {
            Files.write(draft, TableEntryFile.write(entry));
            BlobStore.flush(draft, StandardOpenOption.WRITE);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
        try {
            BlobStore.flush(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            putBack(entry.name(), before, entry);
            throw e;
        }
        tables.put(entry.name(), entry);
        revision.incrementAndGet();
    }

    /** Goes up after each change, so that what was read before can be told from what holds now. */
    long revision() {
        return revision.get();
    }

    /** What the files of this catalog may still name though the tables do not: an undoing of theirs could not be written. */
    Set<String> doubtfulDigests() {
        return Set.copyOf(doubtful);
    }

    /**
     * Undoes a change: the entry before it, or none. Where not even that can be written, the next start sees the newer, and what
     * that names is doubtful from then on.
     *
     * @param after what the change had made; null: it was a removal
     */
    void putBack(String name, @Nullable TableEntry before, @Nullable TableEntry after) {
        try {
            if (before == null) {
                Files.deleteIfExists(file(name));
            } else {
                Path draft = folder.resolve(name + ".draft");
                Files.write(draft, TableEntryFile.write(before));
                BlobStore.flush(draft, StandardOpenOption.WRITE);
                Files.move(draft, file(name), StandardCopyOption.ATOMIC_MOVE);
            }
            BlobStore.flush(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            LOG.error("Catalog file {} could not be put back to what it was", file(name), e);
            if (after != null) {
                doubtful.addAll(after.digests());
            }
        }
        if (before == null) {
            tables.remove(name);
        } else {
            tables.put(name, before);
        }
        revision.incrementAndGet();
    }

    /** The newest version of a table of that name that was removed; 0: there was none. Blocks on the disk. */
    long dropped(String name) throws IOException {
        Path file = folder.resolve(name + DROPPED);
        if (!Files.exists(file)) {
            return 0;
        }
        byte[] bytes = Files.readAllBytes(file);
        return bytes.length > 0 && bytes[0] == '{'
                ? TableEntryFile.read(bytes).newest().version()
                : Long.parseLong(new String(bytes, StandardCharsets.UTF_8).strip());
    }

    /** Notes what another node dropped; the number never goes down. Blocks. */
    void noteDropped(String name, long version) throws IOException {
        if (dropped(name) < version) {
            Path draft = folder.resolve(name + ".draft");
            Files.writeString(draft, version + "\n");
            BlobStore.flush(draft, StandardOpenOption.WRITE);
            Files.move(draft, folder.resolve(name + DROPPED), StandardCopyOption.ATOMIC_MOVE);
            BlobStore.flush(folder, StandardOpenOption.READ);
        }
    }

    /**
     * Removes the table, durably. Its file is kept under another name, so that no later table of the name has the same versions:
     * a rename is one step, and works on a full disk too. Where it cannot be made durable the table is what it was.
     */
    void remove(String name) throws IOException {
        Files.move(
                file(name),
                folder.resolve(name + DROPPED),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        try {
            BlobStore.flush(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            Files.move(folder.resolve(name + DROPPED), file(name), StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        tables.remove(name);
        revision.incrementAndGet();
    }

    private Path file(String name) {
        return folder.resolve(name + SUFFIX);
    }
}

package io.dataprism.core.dataset;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that there are: a file each, {@code <folder>/<name>.json}, and a copy in memory. A change is on disk, or has not
 * happened. Reading never blocks and is safe on any thread; changes of one table are the caller's to put in order.
 */
final class TableCatalog {

    private static final Logger LOG = LoggerFactory.getLogger(TableCatalog.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUFFIX = ".json";
    private static final String DROPPED = ".dropped";

    private final Path folder;
    private final ConcurrentSkipListMap<String, TableEntry> tables = new ConcurrentSkipListMap<>();
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
            TableEntry entry = JSON.readValue(file.toFile(), TableEntry.class);
            if (entry.formatVersion() != TableEntry.FORMAT_VERSION || !TableEntry.isName(entry.name())) {
                LOG.error("Catalog file {} has format {}, this version reads 1", file, entry.formatVersion());
                return;
            }
            tables.put(entry.name(), entry);
        } catch (IOException e) {
            LOG.error("Catalog file {} cannot be read", file, e);
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

    /** Makes the entry the table's newest, durably. */
    void put(TableEntry entry) throws IOException {
        Path file = folder.resolve(entry.name() + SUFFIX);
        Path draft = folder.resolve(entry.name() + ".draft");
        Files.write(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(entry));
        BlobStore.flush(draft, StandardOpenOption.WRITE);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        BlobStore.flush(folder, StandardOpenOption.READ);
        tables.put(entry.name(), entry);
        revision.incrementAndGet();
    }

    /** Goes up after each change, so that what was read before can be told from what holds now. */
    long revision() {
        return revision.get();
    }

    /** The newest version of a table of that name that was removed; 0: there was none. Blocks on the disk. */
    long dropped(String name) throws IOException {
        Path file = folder.resolve(name + DROPPED);
        return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    }

    /** Removes the table, durably, and remembers its version, so that no later table of the name has the same one. */
    void remove(String name) throws IOException {
        TableEntry entry = tables.get(name);
        if (entry != null) {
            Path draft = folder.resolve(name + ".draft");
            Files.writeString(draft, entry.newest().version() + "\n");
            BlobStore.flush(draft, StandardOpenOption.WRITE);
            Files.move(draft, folder.resolve(name + DROPPED), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.deleteIfExists(folder.resolve(name + SUFFIX));
        BlobStore.flush(folder, StandardOpenOption.READ);
        tables.remove(name);
        revision.incrementAndGet();
    }
}

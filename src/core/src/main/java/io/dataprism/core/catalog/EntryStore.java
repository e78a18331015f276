package io.dataprism.core.catalog;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.SharedMap.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries in memory and in files, each with the value that the cluster has it under. Reading never blocks; keeping and forgetting block
 * on the disk, one at a time.
 */
final class EntryStore {

    private static final Logger LOG = LoggerFactory.getLogger(EntryStore.class);
    private static final String SUFFIX = ".json";

    private final Path folder;
    private final PackageStore packages;
    private final SealedSecrets secrets;
    private final ConcurrentSkipListMap<String, CatalogEntry> entries = new ConcurrentSkipListMap<>();
    private final Map<String, Value> agreed = new HashMap<>();

    /**
     * An entry as it is now, on which a change is made.
     *
     * @param agreed what the cluster has it under; null: it never knew it, or there is none
     * @param entry null: there is none
     */
    record Base(@Nullable Value agreed, @Nullable CatalogEntry entry) {

        long revision() {
            return agreed == null ? SharedMap.NEVER : agreed.revision();
        }
    }

    /** Makes the folder where it is not there. */
    EntryStore(Path dataDirectory, PackageStore packages) throws IOException {
        this.folder = Files.createDirectories(dataDirectory.resolve("catalog").resolve(CatalogEntry.DEFAULT_TENANT));
        this.packages = packages;
        this.secrets = SealedSecrets.open(dataDirectory);
    }

    /** By name. */
    Map<String, CatalogEntry> all() {
        return entries;
    }

    /** Reads the files; one that cannot be used is put aside. */
    void read() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                read(file);
            }
        }
    }

    private void read(Path file) throws IOException {
        try {
            CatalogEntry entry = EntryFile.read(Files.readAllBytes(file), secrets);
            for (PackageVersion version : entry.versions().values()) {
                if (!packages.has(version.digest()) && !packages.fetches()) {
                    throw new IllegalArgumentException(
                            "its package " + packages.path(version.digest()) + " is missing");
                }
            }
            entries.put(entry.name(), entry);
        } catch (IOException | RuntimeException broken) {
            Path aside = file.resolveSibling(file.getFileName() + ".broken");
            LOG.error(
                    "The catalog entry {} cannot be used and is put aside as {}; register the plugin again",
                    file,
                    aside.getFileName(),
                    broken);
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    synchronized Base base(String name) {
        return new Base(agreed.get(name), entries.get(name));
    }

    /**
     * Takes what the cluster has, where it holds over what it was known to have; false where nothing changed. What is here may be ahead of it, and
     * stays while it is the same.
     */
    synchronized boolean take(String name, SharedEntries.Known known) {
        Base base = base(name);
        Value value = known.value();
        if (base.agreed() != null && value.compareTo(base.agreed()) <= 0) {
            return false;
        }
        CatalogEntry entry = known.entry();
        if (entry == null) {
            forget(name, value);
        } else if (entry.equals(base.entry())) {
            agreed.put(name, value);
        } else {
            keep(value, entry);
        }
        return entry == null ? base.entry() != null : !entry.equals(base.entry());
    }

    /** Replaces an entry, unless a newer one is here already. @param under what the cluster has it under; null on a node that is alone */
    synchronized void keep(@Nullable Value under, CatalogEntry entry) {
        String name = entry.name();
        Base base = base(name);
        if (isOvertaken(name, under)) {
            return;
        }
        try {
            DurableFiles.write(file(name), EntryFile.write(entry, secrets));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        entries.put(name, entry);
        agree(name, under);
        if (base.entry() != null) {
            Map<String, PackageVersion> dropped = new HashMap<>(base.entry().versions());
            dropped.keySet().removeAll(entry.versions().keySet());
            deleteUnused(dropped.values());
        }
    }

    /** Forgets an entry and its packages. */
    synchronized void forget(String name, @Nullable Value under) {
        if (isOvertaken(name, under)) {
            return;
        }
        try {
            Files.deleteIfExists(file(name));
            DurableFiles.forceFolder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        agree(name, under);
        CatalogEntry gone = entries.remove(name);
        if (gone != null) {
            deleteUnused(gone.versions().values());
        }
    }

    private boolean isOvertaken(String name, @Nullable Value under) {
        Value now = agreed.get(name);
        return now != null && (under == null || under.compareTo(now) < 0);
    }

    private void agree(String name, @Nullable Value under) {
        if (under != null) {
            agreed.put(name, under);
        }
    }

    private void deleteUnused(Collection<PackageVersion> dropped) {
        List<String> used = entries.values().stream()
                .flatMap(other -> other.versions().values().stream())
                .map(PackageVersion::digest)
                .toList();
        dropped.stream()
                .map(PackageVersion::digest)
                .filter(digest -> !used.contains(digest))
                .forEach(packages::delete);
    }

    private Path file(String name) {
        return folder.resolve(name + SUFFIX);
    }
}

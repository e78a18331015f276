package io.dataprism.core.catalog;

import io.dataprism.core.cluster.SharedMap;
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
 * The entries in memory and in files, each with the revision that the cluster has it under. Reading never blocks; keeping and forgetting block
 * on the disk, one at a time.
 */
final class EntryStore {

    private static final Logger LOG = LoggerFactory.getLogger(EntryStore.class);
    private static final String SUFFIX = ".json";

    private final Path folder;
    private final PackageStore packages;
    private final SealedSecrets secrets;
    private final ConcurrentSkipListMap<String, CatalogEntry> entries = new ConcurrentSkipListMap<>();
    private final Map<String, Long> revisions = new HashMap<>();

    /**
     * An entry as it is now, on which a change is made.
     *
     * @param entry null: there is none
     */
    record Base(long revision, @Nullable CatalogEntry entry) {}

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
        return new Base(revisions.getOrDefault(name, SharedMap.NEVER), entries.get(name));
    }

    /** Takes what the cluster has, where it is newer than what is here; false where nothing changed. */
    synchronized boolean take(String name, SharedEntries.Known known) {
        Base base = base(name);
        if (known.revision() <= base.revision()) {
            return false;
        }
        CatalogEntry entry = known.entry();
        if (entry == null) {
            forget(name, known.revision());
        } else if (entry.equals(base.entry())) {
            revisions.put(name, known.revision());
        } else {
            keep(known.revision(), entry);
        }
        return entry == null ? base.entry() != null : !entry.equals(base.entry());
    }

    /** Replaces an entry, unless a newer one is here already. @param revision {@link SharedMap#NEVER} on a node that is alone */
    synchronized void keep(long revision, CatalogEntry entry) {
        String name = entry.name();
        Base base = base(name);
        if (revision < base.revision()) {
            return;
        }
        try {
            DurableFiles.write(file(name), EntryFile.write(entry, secrets));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        entries.put(name, entry);
        revisions.put(name, revision);
        if (base.entry() != null) {
            Map<String, PackageVersion> dropped = new HashMap<>(base.entry().versions());
            dropped.keySet().removeAll(entry.versions().keySet());
            deleteUnused(dropped.values());
        }
    }

    /** Forgets an entry and its packages. */
    synchronized void forget(String name, long revision) {
        if (revision < base(name).revision()) {
            return;
        }
        try {
            Files.deleteIfExists(file(name));
            DurableFiles.forceFolder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        revisions.put(name, revision);
        CatalogEntry gone = entries.remove(name);
        if (gone != null) {
            deleteUnused(gone.versions().values());
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

package io.dataprism.core.catalog;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.PackageInspector;
import io.dataprism.core.manifest.PluginPackage;
import io.dataprism.core.permission.Grants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every plugin that this node knows, in memory and on disk ({@code <data folder>/catalog/<tenant>/<name>.json}). Reading never
 * blocks; changing does, and one change happens at a time.
 */
public final class Catalog {

    private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);
    private static final String SUFFIX = ".json";

    private final Path folder;
    private final PackageStore packages;
    private final SealedSecrets secrets;
    private final String coreVersion;
    private final FindingsPolicy policy;
    private final ConcurrentSkipListMap<String, CatalogEntry> entries = new ConcurrentSkipListMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    private Catalog(
            Path folder, PackageStore packages, SealedSecrets secrets, String coreVersion, FindingsPolicy policy) {
        this.folder = folder;
        this.packages = packages;
        this.secrets = secrets;
        this.coreVersion = coreVersion;
        this.policy = policy;
    }

    /**
     * Opens the catalog of a data folder and reads it whole. Blocks.
     *
     * @throws UncheckedIOException where the folder cannot be read or written
     */
    public static Catalog open(Path dataDirectory, String coreVersion) {
        return open(dataDirectory, coreVersion, FindingsPolicy.WARN);
    }

    /** The same, with a policy for packages in which something is found. */
    public static Catalog open(Path dataDirectory, String coreVersion, FindingsPolicy policy) {
        try {
            Path folder =
                    Files.createDirectories(dataDirectory.resolve("catalog").resolve(CatalogEntry.DEFAULT_TENANT));
            Catalog catalog = new Catalog(
                    folder, new PackageStore(dataDirectory), SealedSecrets.open(dataDirectory), coreVersion, policy);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(each -> each.toString().endsWith(SUFFIX))
                        .sorted()
                        .toList()) {
                    catalog.read(file);
                }
            }
            return catalog;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a listener for changes, made by anybody. @param listener told a plugin's name after its entry has changed, or gone; must not block */
    public void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    private void tell(String name) {
        listeners.forEach(listener -> listener.accept(name));
    }

    /** Where packages are. */
    public PackageStore packages() {
        return packages;
    }

    /** The entry of a plugin. */
    public Optional<CatalogEntry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /** The entry of a plugin; {@code PLUGIN_NOT_FOUND}. */
    public CatalogEntry get(String name) {
        return find(name)
                .orElseThrow(() -> new DataPrismException(
                        ErrorCode.PLUGIN_NOT_FOUND,
                        "There is no plugin '" + name + "' in the catalog.",
                        "GET /v1/plugins lists those that there are."));
    }

    /** Every entry, sorted by name. */
    public Collection<CatalogEntry> all() {
        return List.copyOf(entries.values());
    }

    /** What a plugin was given; nothing for one that is not known. */
    public Grants grants(String name) {
        return find(name).map(CatalogEntry::grants).orElse(Grants.NONE);
    }

    /**
     * Takes a package into the catalog. Nothing of it runs. A bundled package replaces a bundled one of the same version: it
     * came with another build of the node.
     *
     * @param file copied; stays where it is
     * @throws DataPrismException as {@link PackageInspector#inspect}, {@code INCOMPATIBLE_CORE}, or {@code VERSION_CONFLICT}
     *     where the version is there with other bytes
     */
    public Registration register(Path file, boolean bundled) {
        return register(file, bundled, name -> {});
    }

    /**
     * The same for a package that must be of a certain plugin.
     *
     * @param expected its name; null: any. {@code PACKAGE_INVALID} for another's
     */
    public Registration register(Path file, boolean bundled, @Nullable String expected) {
        return register(file, bundled, name -> {
            if (expected != null && !expected.equals(name)) {
                throw new DataPrismException(
                        ErrorCode.PACKAGE_INVALID,
                        "The package is of the plugin " + name + "; it was sent for " + expected + ".",
                        "PUT /v1/plugins/" + name + "/package, or send a package of " + expected + ".");
            }
        });
    }

    /**
     * The same for a package whose plugin somebody has a say in.
     *
     * @param admission is given the plugin's name, once the package was read and before anything is kept or compared with what
     *     is there; throws to refuse, and what it throws is thrown here
     */
    public Registration register(Path file, boolean bundled, Consumer<String> admission) {
        PluginPackage found = PackageInspector.inspect(file);
        Manifest manifest = found.manifest();
        admission.accept(manifest.name());
        manifest.compatibility().check(manifest.name(), coreVersion);
        if (!bundled) {
            policy.check(manifest.name(), manifest.version(), found.findings());
        }
        return register(file, new PackageVersion(found.digest(), manifest, found.findings()), bundled);
    }

    private synchronized Registration register(Path file, PackageVersion added, boolean bundled) {
        Manifest manifest = added.manifest();
        CatalogEntry known = entries.get(manifest.name());
        PackageVersion same = known == null ? null : known.versions().get(manifest.version());
        boolean rebuilt = bundled && known != null && known.bundled();
        if (known != null && same != null && (same.digest().equals(added.digest()) || !rebuilt)) {
            if (!same.digest().equals(added.digest())) {
                throw new DataPrismException(
                        ErrorCode.VERSION_CONFLICT,
                        "Plugin " + manifest.name() + " " + manifest.version() + " is registered with the digest "
                                + same.digest() + "; this package has " + added.digest() + ".",
                        "Give changed bytes a new version, or unregister the plugin first.");
            }
            return new Registration(known, same, false);
        }
        packages.put(file, added.digest());
        CatalogEntry entry = known == null ? CatalogEntry.first(added, bundled) : known.withVersion(added, bundled);
        return new Registration(write(entry), added, true);
    }

    /** Changes an entry and answers the new one; {@code PLUGIN_NOT_FOUND}. */
    public synchronized CatalogEntry change(String name, UnaryOperator<CatalogEntry> change) {
        CatalogEntry before = get(name);
        CatalogEntry after = change.apply(before);
        return after.equals(before) ? before : write(after);
    }

    /** Forgets a version that is neither the current one nor bundled, and its package; {@code PLUGIN_NOT_FOUND}. */
    public synchronized void drop(String name, String version) {
        CatalogEntry entry = get(name);
        PackageVersion dropped = entry.versions().get(version);
        if (dropped != null && !entry.version().equals(version)) {
            write(entry.withoutVersion(version));
            deleteUnused(List.of(dropped));
        }
    }

    /**
     * Fails with {@code DEPENDENCY_*} where a plugin that runs could not go on with another entry than it has: for what it
     * needs, or for what those that run need of it.
     */
    public void checkFits(CatalogEntry next) {
        Map<String, CatalogEntry> after = new TreeMap<>(entries);
        after.put(next.name(), next);
        Dependencies.startOrder(next.name(), after);
        for (String dependent : Dependencies.dependents(next.name(), entries)) {
            if (get(dependent).wish() != Wish.INACTIVE) {
                Dependencies.startOrder(dependent, after);
            }
        }
    }

    /** Sets the wish; a plugin that nobody wants to run moves to its newest version. */
    public CatalogEntry wish(String name, Wish wish) {
        return change(name, entry -> {
            CatalogEntry wished = entry.wish() == wish ? entry : entry.withWish(wish);
            return wish == Wish.INACTIVE && wished != entry ? wished.withNewest() : wished;
        });
    }

    /**
     * Forgets a plugin and its packages.
     *
     * @throws DataPrismException {@code PLUGIN_NOT_FOUND}, {@code STATE_CONFLICT} for a bundled one, {@code HAS_DEPENDENTS}
     */
    public synchronized void unregister(String name) {
        checkUnregister(name);
        CatalogEntry entry = get(name);
        try {
            Files.deleteIfExists(file(name));
            DurableFiles.forceFolder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        entries.remove(name);
        tell(name);
        deleteUnused(entry.versions().values());
    }

    private void deleteUnused(Collection<PackageVersion> dropped) {
        dropped.stream()
                .map(PackageVersion::digest)
                .filter(digest -> entries.values().stream()
                        .flatMap(other -> other.versions().values().stream())
                        .noneMatch(other -> other.digest().equals(digest)))
                .forEach(packages::delete);
    }

    /** Fails as {@link #unregister} would. */
    public void checkUnregister(String name) {
        CatalogEntry entry = get(name);
        if (entry.bundled()) {
            throw new DataPrismException(
                    ErrorCode.STATE_CONFLICT,
                    "Plugin " + name + " is bundled with this version and cannot be unregistered.",
                    "POST /v1/plugins/" + name + "/unload ends it.");
        }
        Dependencies.checkNoDependents(name, entries);
    }

    /** Names of plugins that need this one, sorted. */
    public List<String> dependents(String name) {
        return Dependencies.dependents(name, entries);
    }

    /** What must be active before this plugin, in order, itself last; {@code DEPENDENCY_*}. */
    public List<String> startOrder(String name) {
        return Dependencies.startOrder(name, Map.copyOf(entries));
    }

    private CatalogEntry write(CatalogEntry entry) {
        try {
            DurableFiles.write(file(entry.name()), EntryFile.write(entry, secrets));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        entries.put(entry.name(), entry);
        tell(entry.name());
        return entry;
    }

    private void read(Path file) throws IOException {
        try {
            CatalogEntry entry = EntryFile.read(Files.readAllBytes(file), secrets);
            for (PackageVersion version : entry.versions().values()) {
                if (!Files.isRegularFile(packages.path(version.digest()))) {
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

    private Path file(String name) {
        return folder.resolve(name + SUFFIX);
    }

    /**
     * The outcome of a registration.
     *
     * @param added what the package holds, whether or not it is the current version
     * @param created false: the same bytes were there already
     */
    public record Registration(CatalogEntry entry, PackageVersion added, boolean created) {

        /** The version of the package. */
        public String version() {
            return added.manifest().version();
        }
    }
}

package io.dataprism.core.catalog;

import io.dataprism.core.cluster.SharedMaps;
import io.dataprism.core.cluster.Sharing;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.PackageInspector;
import io.dataprism.core.manifest.PluginPackage;
import io.dataprism.core.permission.Grants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Every plugin that this node knows, in memory and on disk ({@code <data folder>/catalog/<tenant>/<name>.json}). Reading never
 * blocks; changing does, and one change happens at a time.
 *
 * <p>In a cluster a change is made in the {@link io.dataprism.core.cluster.SharedMap} first, where one of two nodes makes it, and then
 * here; what other nodes change comes here by itself. What an operator asks for fails with {@code STATE_CONFLICT} where another node was
 * faster: he was looking at something else. What comes to the same on whatever is there is done on that: registering, wishes, and what
 * takes a failed change back. Without a majority changes are {@code NO_MAJORITY}.
 */
public final class Catalog {

    private final Map<String, CatalogEntry> entries;
    private final CatalogTurns turns;
    private final PackageStore packages;
    private final String coreVersion;
    private final FindingsPolicy policy;

    private Catalog(
            EntryStore store,
            PackageStore packages,
            String coreVersion,
            FindingsPolicy policy,
            @Nullable SharedEntries shared) {
        this.entries = store.all();
        this.turns = new CatalogTurns(store, shared);
        this.packages = packages;
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
        return open(dataDirectory, coreVersion, policy, Sharing.ALONE);
    }

    /**
     * The same for a node of a cluster: what the cluster knows holds over what is here, and what it never knew is offered to it. Packages
     * that are not here come from other nodes, and those that are registered here are on another before that is answered.
     */
    public static Catalog open(Path dataDirectory, String coreVersion, FindingsPolicy policy, Sharing sharing) {
        try {
            PackageStore packages = new PackageStore(dataDirectory, sharing);
            SharedMaps maps = sharing.maps();
            EntryStore store = new EntryStore(dataDirectory, packages);
            SharedEntries shared = maps == null ? null : new SharedEntries(maps.map("catalog"));
            Catalog catalog = new Catalog(store, packages, coreVersion, policy, shared);
            store.read();
            catalog.turns.join();
            return catalog;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Brings to the cluster what it has not heard of, because there was no majority. Call now and then; blocks where there is something. */
    public void offer() {
        turns.offer();
    }

    /** Adds a listener, told the name of each plugin whose entry has changed, or gone, on the thread that changed it; it must not block. */
    public void onChange(Consumer<String> listener) {
        turns.onChange(listener);
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
        return get(name, entries.get(name));
    }

    /**
     * The same as the cluster has it now, whether or not this node has heard of it yet: for what is made up from an entry, and is to be
     * refused only where somebody else changes it at the same time. Blocks.
     */
    public CatalogEntry upToDate(String name) {
        return turns.inTurn(name, false, base -> get(name, base.entry()));
    }

    private static CatalogEntry get(String name, @Nullable CatalogEntry entry) {
        if (entry == null) {
            throw new DataPrismException(
                    ErrorCode.PLUGIN_NOT_FOUND,
                    "There is no plugin '" + name + "' in the catalog.",
                    "GET /v1/plugins lists those that there are.");
        }
        return entry;
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
        PackageVersion added = bundled ? looked(file) : look(file);
        Manifest manifest = added.manifest();
        admission.accept(manifest.name());
        manifest.compatibility().check(manifest.name(), coreVersion);
        if (!bundled) {
            policy.check(manifest.name(), manifest.version(), added.findings());
        }
        return register(file, added, bundled);
    }

    private static PackageVersion look(Path file) {
        PluginPackage found = PackageInspector.inspect(file);
        return new PackageVersion(found.digest(), found.manifest(), found.findings());
    }

    /** The same bytes were looked over before, at an earlier start or by another node, and looking takes seconds. */
    private PackageVersion looked(Path file) {
        String digest = PackageInspector.digestOf(file);
        return entries.values().stream()
                .flatMap(entry -> entry.versions().values().stream())
                .filter(version -> version.digest().equals(digest))
                .findFirst()
                .orElseGet(() -> look(file));
    }

    private Registration register(Path file, PackageVersion added, boolean bundled) {
        String name = added.manifest().name();
        if (!bundled && registered(entries.get(name), added, false).created()) {
            packages.replicate(file, added.digest()); // before its turn, for which other changes wait
        }
        return turns.inTurn(name, true, base -> {
            Registration registration = registered(base.entry(), added, bundled);
            packages.put(file, added.digest());
            if (!registration.created()) {
                return registration;
            }
            try {
                turns.write(base, registration.entry());
            } catch (DataPrismException failure) {
                if (!bundled || !CatalogTurns.isNoMajority(failure)) {
                    throw failure;
                }
                // it came with this node, so that nobody has to agree to its being here
                turns.keepUntilThereIsAMajority(
                        base,
                        registration.entry(),
                        known -> registered(known, added, true).entry());
            }
            return registration;
        });
    }

    /** What becomes of an entry, or of none; {@code VERSION_CONFLICT}. */
    private static Registration registered(@Nullable CatalogEntry known, PackageVersion added, boolean bundled) {
        Manifest manifest = added.manifest();
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
        CatalogEntry entry = known == null ? CatalogEntry.first(added, bundled) : known.withVersion(added, bundled);
        return new Registration(entry, added, true);
    }

    /**
     * Changes an entry and answers the new one; {@code PLUGIN_NOT_FOUND}, {@code STATE_CONFLICT} where another node changes it at the same
     * time.
     */
    public CatalogEntry change(String name, UnaryOperator<CatalogEntry> change) {
        return turns.inTurn(name, false, base -> turns.write(base, change.apply(get(name, base.entry()))));
    }

    /** The same, for a change that was made up for a certain entry: {@code STATE_CONFLICT} where another node has changed it since. */
    public CatalogEntry change(CatalogEntry seen, UnaryOperator<CatalogEntry> change) {
        return change(seen.name(), now -> {
            if (turns.isShared() && now.generation() != seen.generation()) {
                throw new DataPrismException(
                        ErrorCode.STATE_CONFLICT,
                        "Plugin " + seen.name() + " has changed meanwhile: the change was made for generation "
                                + seen.generation() + ", and there is generation " + now.generation() + ".",
                        "Look at GET /v1/plugins/" + seen.name()
                                + ", and make the change again if it is still wanted.");
            }
            return change.apply(now);
        });
    }

    /** The same, for a change that is right whatever the entry is by now: where another node is faster, it is made on what is there then. */
    public CatalogEntry changeAnyway(String name, UnaryOperator<CatalogEntry> change) {
        return turns.inTurn(name, true, base -> turns.write(base, change.apply(get(name, base.entry()))));
    }

    /** Forgets a version that is neither the current one nor bundled, and its package; {@code PLUGIN_NOT_FOUND}. */
    public void drop(String name, String version) {
        changeAnyway(
                name,
                entry -> entry.versions().containsKey(version)
                                && !entry.version().equals(version)
                        ? entry.withoutVersion(version)
                        : entry);
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
        return changeAnyway(name, entry -> {
            CatalogEntry wished = entry.wish() == wish ? entry : entry.withWish(wish);
            return wish == Wish.INACTIVE && wished != entry ? wished.withNewest() : wished;
        });
    }

    /**
     * Forgets a plugin and its packages.
     *
     * @throws DataPrismException {@code PLUGIN_NOT_FOUND}, {@code STATE_CONFLICT} for a bundled one, {@code HAS_DEPENDENTS}
     */
    public void unregister(String name) {
        turns.inTurn(name, false, base -> {
            checkUnregister(name);
            turns.delete(base, name);
            return name;
        });
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

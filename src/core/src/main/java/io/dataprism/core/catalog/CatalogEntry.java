package io.dataprism.core.catalog;

import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.permission.Grant;
import io.dataprism.core.permission.Grants;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/**
 * All that is kept about one plugin. Immutable: {@code with...} methods answer a copy.
 *
 * @param tenant whose it is; today always {@value #DEFAULT_TENANT}
 * @param versions by version; at least one
 * @param version the one of them that runs, or would
 * @param granted as given by an operator, whether or not the version asks for it
 * @param configuration as last set
 * @param generation one more with each change
 */
public record CatalogEntry(
        String tenant,
        String name,
        Map<String, PackageVersion> versions,
        String version,
        List<Grant> granted,
        Map<String, @Nullable Object> configuration,
        Wish wish,
        boolean bundled,
        long generation) {

    /** The only tenant there is. */
    public static final String DEFAULT_TENANT = "default";

    public CatalogEntry {
        versions = Collections.unmodifiableMap(new TreeMap<>(versions));
        granted = List.copyOf(granted);
        configuration = Collections.unmodifiableMap(new LinkedHashMap<>(configuration));
    }

    /** A plugin that was not known. */
    static CatalogEntry first(PackageVersion first, boolean bundled) {
        Manifest manifest = first.manifest();
        return new CatalogEntry(
                DEFAULT_TENANT,
                manifest.name(),
                Map.of(manifest.version(), first),
                manifest.version(),
                List.of(),
                Map.of(),
                Wish.INACTIVE,
                bundled,
                1);
    }

    /** What runs, or would. */
    public PackageVersion current() {
        return Objects.requireNonNull(
                versions.get(version), "the catalog checks that the version is one of the versions");
    }

    /** Its manifest. */
    public Manifest manifest() {
        return current().manifest();
    }

    /** What it asks for and was given. */
    public Grants grants() {
        return new Grants(manifest().permissions(), granted);
    }

    /** With one more version, which becomes the current one where nothing runs and it is the newest. */
    CatalogEntry withVersion(PackageVersion added, boolean nowBundled) {
        Map<String, PackageVersion> more = new TreeMap<>(versions);
        more.put(added.manifest().version(), added);
        CatalogEntry entry = new CatalogEntry(
                tenant, name, more, version, granted, configuration, wish, nowBundled || bundled, generation + 1);
        return wish == Wish.INACTIVE ? entry.withNewest() : entry;
    }

    /** With the newest version as the current one. */
    CatalogEntry withNewest() {
        String newest = versions.keySet().stream()
                .map(Semver::new)
                .max(Semver::compareTo)
                .map(Semver::getVersion)
                .orElse(version);
        return new CatalogEntry(tenant, name, versions, newest, granted, configuration, wish, bundled, generation + 1);
    }

    public CatalogEntry withWish(Wish wished) {
        return new CatalogEntry(
                tenant, name, versions, version, granted, configuration, wished, bundled, generation + 1);
    }

    public CatalogEntry withGranted(List<Grant> grants) {
        return new CatalogEntry(tenant, name, versions, version, grants, configuration, wish, bundled, generation + 1);
    }

    public CatalogEntry withConfiguration(Map<String, @Nullable Object> settings) {
        return new CatalogEntry(tenant, name, versions, version, granted, settings, wish, bundled, generation + 1);
    }
}

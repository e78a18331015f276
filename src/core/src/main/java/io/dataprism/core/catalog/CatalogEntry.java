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
        Rollout rollout,
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
                Rollout.NEWEST_ONCE,
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

    /** What an operator is asked for: by the version that waits to take over, where one does. */
    public Grants asked() {
        return new Grants(asking().manifest().permissions(), granted);
    }

    /** The version that waits to take over, where one does, else the current one. */
    public PackageVersion asking() {
        PackageVersion waiting = rollout.target() == null ? null : versions.get(rollout.target());
        return waiting == null ? current() : waiting;
    }

    /** With one more version, which becomes the current one where nothing runs and it is the newest. */
    CatalogEntry withVersion(PackageVersion added, boolean nowBundled) {
        Map<String, PackageVersion> more = new TreeMap<>(versions);
        more.put(added.manifest().version(), added);
        CatalogEntry entry = with(more, version, granted, configuration, wish, rollout, nowBundled || bundled);
        return wish == Wish.INACTIVE ? entry.withNewest() : entry;
    }

    /** Without a version that is not the current one. */
    CatalogEntry withoutVersion(String dropped) {
        Map<String, PackageVersion> fewer = new TreeMap<>(versions);
        fewer.remove(dropped);
        Rollout left = dropped.equals(rollout.target()) ? rollout.withTarget(null) : rollout;
        return with(fewer, version, granted, configuration, wish, left, bundled);
    }

    /** With the version that was waiting as the current one, else the newest, unless an operator has chosen another. */
    CatalogEntry withNewest() {
        if (rollout.target() != null) {
            return choosing(rollout.target());
        }
        return rollout.pinned() ? this : with(versions, newest(), granted, configuration, wish, rollout, bundled);
    }

    /** With another of the versions as the current one; where it is not the newest, it stays until another is chosen. */
    public CatalogEntry choosing(String chosen) {
        String before = chosen.equals(version) ? rollout.lastGood() : version;
        return with(
                versions,
                chosen,
                granted,
                configuration,
                wish,
                rollout.chosen(!chosen.equals(newest()), before),
                bundled);
    }

    /** With a version that waits for its grants; null: none. */
    public CatalogEntry withTarget(@Nullable String target) {
        return with(versions, version, granted, configuration, wish, rollout.withTarget(target), bundled);
    }

    /** To be run by so many nodes that have those labels. */
    public CatalogEntry placed(int replicas, Map<String, String> labels) {
        return with(versions, version, granted, configuration, wish, rollout.placed(replicas, labels), bundled);
    }

    public CatalogEntry withWish(Wish wished) {
        return with(versions, version, granted, configuration, wished, rollout, bundled);
    }

    public CatalogEntry withGranted(List<Grant> grants) {
        return with(versions, version, grants, configuration, wish, rollout, bundled);
    }

    public CatalogEntry withConfiguration(Map<String, @Nullable Object> settings) {
        return with(versions, version, granted, settings, wish, rollout, bundled);
    }

    private String newest() {
        return versions.keySet().stream()
                .map(Semver::new)
                .max(Semver::compareTo)
                .map(Semver::getVersion)
                .orElse(version);
    }

    private CatalogEntry with(
            Map<String, PackageVersion> newVersions,
            String newVersion,
            List<Grant> newGranted,
            Map<String, @Nullable Object> newConfiguration,
            Wish newWish,
            Rollout newRollout,
            boolean nowBundled) {
        return new CatalogEntry(
                tenant,
                name,
                newVersions,
                newVersion,
                newGranted,
                newConfiguration,
                newWish,
                newRollout,
                nowBundled,
                generation + 1);
    }
}

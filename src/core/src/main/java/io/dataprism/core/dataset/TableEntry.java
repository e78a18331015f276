package io.dataprism.core.dataset;

import io.dataprism.core.engine.TableDetails;
import io.dataprism.plugin.TableInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table of the catalog with the versions that can be read, as it is kept on disk.
 *
 * @param formatVersion of this record, {@value #FORMAT_VERSION}
 * @param tenant whose table it is; {@value #DEFAULT_TENANT} is the only one today
 * @param versions the newest {@value #VERSIONS_KEPT} at most, oldest first; the last is the newest
 */
public record TableEntry(int formatVersion, String tenant, String name, List<Version> versions) {

    public static final int FORMAT_VERSION = 2;
    public static final String DEFAULT_TENANT = "default";

    /** How many versions of a table can be read; with the next, the oldest leaves. */
    public static final int VERSIONS_KEPT = 64;

    /**
     * One version of a table, which never changes.
     *
     * @param version counts from 1, and goes on where a dropped table of the name was: a number is never used again
     * @param columns with the types that readers see
     * @param files Parquet, in the order of their rows
     * @param createdAt RFC 3339
     */
    public record Version(
            long version, List<TableInfo.Column> columns, List<Blob> files, long rows, long bytes, String createdAt) {

        public Version {
            columns = List.copyOf(columns);
            files = List.copyOf(files);
        }
    }

    public TableEntry {
        versions = List.copyOf(versions);
    }

    /** The first of its life: after {@code dropped}, the newest version of its last life, or 0. */
    static TableEntry first(String name, List<TableInfo.Column> columns, List<Blob> files, long rows, long dropped) {
        return new TableEntry(
                FORMAT_VERSION, DEFAULT_TENANT, name, List.of(version(dropped + 1, columns, files, rows)));
    }

    /** The same table with a next version; the oldest leaves where there are too many. */
    TableEntry next(List<TableInfo.Column> columns, List<Blob> files, long rows) {
        List<Version> all = new ArrayList<>(versions);
        all.add(version(newest().version() + 1, columns, files, rows));
        int leaving = Math.max(0, all.size() - VERSIONS_KEPT);
        return new TableEntry(FORMAT_VERSION, tenant, name, all.subList(leaving, all.size()));
    }

    private static Version version(long number, List<TableInfo.Column> columns, List<Blob> files, long rows) {
        long bytes = files.stream().mapToLong(Blob::bytes).sum();
        return new Version(number, columns, files, rows, bytes, Instant.now().toString());
    }

    /** The newest version. */
    public Version newest() {
        return versions.getLast();
    }

    /** That version, or null where there is none that can be read. */
    public @Nullable Version version(long number) {
        return versions.stream()
                .filter(each -> each.version() == number)
                .findFirst()
                .orElse(null);
    }

    /** Of the newest version. */
    public List<TableInfo.Column> columns() {
        return newest().columns();
    }

    /** Of the newest version. */
    public List<Blob> files() {
        return newest().files();
    }

    /** The blobs of all versions. */
    Set<String> digests() {
        Set<String> digests = new HashSet<>();
        versions.forEach(version -> version.files().forEach(blob -> digests.add(blob.sha256())));
        return digests;
    }

    /** As clients see it. */
    public TableInfo info() {
        Version newest = newest();
        return new TableInfo(name, newest.version(), newest.rows(), newest.bytes(), newest.columns());
    }

    /** As clients see it, with the versions that can be read. */
    public TableDetails details() {
        return new TableDetails(info(), versions.stream().map(Version::version).toList());
    }
}

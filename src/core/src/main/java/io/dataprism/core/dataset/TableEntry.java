package io.dataprism.core.dataset;

import io.dataprism.core.engine.TableDetails;
import io.dataprism.plugin.TableInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A table of the catalog at its newest version, as it is kept on disk.
 *
 * @param formatVersion of this record, {@value #FORMAT_VERSION}
 * @param tenant whose table it is; {@value #DEFAULT_TENANT} is the only one today
 * @param files Parquet, in the order of their rows
 * @param versions every version so far, oldest first; the last is the newest
 */
public record TableEntry(
        int formatVersion,
        String tenant,
        String name,
        List<TableInfo.Column> columns,
        List<Blob> files,
        List<Version> versions) {

    public static final int FORMAT_VERSION = 1;
    public static final String DEFAULT_TENANT = "default";

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    /**
     * One version of a table.
     *
     * @param version counts from 1, and goes on where a dropped table of the name was: a number is never used again
     * @param createdAt RFC 3339
     */
    public record Version(long version, long rows, long bytes, String createdAt) {}

    public TableEntry {
        columns = List.copyOf(columns);
        files = List.copyOf(files);
        versions = List.copyOf(versions);
    }

    /** Whether a table may have that name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The first of its life: after {@code dropped}, the newest version of its last life, or 0. */
    static TableEntry first(String name, List<TableInfo.Column> columns, Blob file, long rows, long dropped) {
        return new TableEntry(
                FORMAT_VERSION,
                DEFAULT_TENANT,
                name,
                columns,
                List.of(file),
                List.of(version(dropped + 1, rows, file.bytes())));
    }

    /** The next version, with these rows and no others. */
    TableEntry replaced(List<TableInfo.Column> newColumns, Blob file, long rows) {
        return next(newColumns, List.of(file), rows);
    }

    /** The next version, with these rows after those that there are. */
    TableEntry appended(Blob file, long rows) {
        List<Blob> all = new ArrayList<>(files);
        all.add(file);
        return next(columns, all, newest().rows() + rows);
    }

    private TableEntry next(List<TableInfo.Column> newColumns, List<Blob> newFiles, long rows) {
        List<Version> all = new ArrayList<>(versions);
        all.add(version(
                newest().version() + 1,
                rows,
                newFiles.stream().mapToLong(Blob::bytes).sum()));
        return new TableEntry(formatVersion, tenant, name, newColumns, newFiles, all);
    }

    private static Version version(long number, long rows, long bytes) {
        return new Version(number, rows, bytes, Instant.now().toString());
    }

    /** The newest version. */
    public Version newest() {
        return versions.getLast();
    }

    /** As clients see it. */
    public TableInfo info() {
        Version newest = newest();
        return new TableInfo(name, newest.version(), newest.rows(), newest.bytes(), columns);
    }

    /** As clients see it, with its versions. */
    public TableDetails details() {
        return new TableDetails(info(), versions.stream().map(Version::version).toList());
    }
}

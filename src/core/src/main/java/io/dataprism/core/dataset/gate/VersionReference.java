package io.dataprism.core.dataset.gate;

/**
 * A table of the catalog at one of its versions, which a statement reads.
 *
 * @param table in lower case
 */
public record VersionReference(String table, long version) {

    /** What the statement that is run calls it: no name of the catalog, so that nobody can write it in a statement. */
    public String view() {
        return table + "@" + version;
    }
}

package io.dataprism.load.data;

import java.nio.file.Path;

/**
 * A table to be loaded.
 *
 * @param parquet where it lies
 * @param rows of it
 */
public record Table(String name, Path parquet, long rows) {

    private static final long ROWS_OF_A_ROUND = 12_000_000;

    /** How often it is to be read in one round, so that a round takes a second or so. */
    public int repeats() {
        return Math.clamp(ROWS_OF_A_ROUND / Math.max(1, rows), 1, 20);
    }

    /** Everything. */
    public String scan() {
        return "SELECT * FROM " + name;
    }
}

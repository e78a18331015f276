package io.dataprism.load.data;

import java.nio.file.Path;

/**
 * A table to be loaded.
 *
 * @param parquet where it lies
 * @param rows of it
 */
public record Table(String name, Path parquet, long rows) {

    /** Everything. */
    public String scan() {
        return "SELECT * FROM " + name;
    }
}

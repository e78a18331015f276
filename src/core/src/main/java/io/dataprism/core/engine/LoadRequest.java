package io.dataprism.core.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is to become the next version of a table.
 *
 * @param file a complete upload; it is moved or deleted, whatever happens
 * @param ifMatch the version that must be the current one; null: any
 */
public record LoadRequest(
        String table,
        Mode mode,
        Format format,
        Path file,
        @Nullable Long ifMatch) {

    /** How a load treats what is there. */
    public enum Mode {
        CREATE,
        REPLACE,
        APPEND
    }

    /** What a file holds. */
    public enum Format {
        PARQUET,
        CSV,
        NDJSON,
        JSON,
        ARROW_STREAM,
        ARROW_FILE
    }
}

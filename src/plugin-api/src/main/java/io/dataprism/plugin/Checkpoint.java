package io.dataprism.plugin;

import org.jspecify.annotations.Nullable;

/**
 * How far a table has been read, over calls, reloads and restarts. The host keeps one value for each plugin and table.
 *
 * <p>It keeps the last value that {@link #reached} was given once the whole read has ended well and its batches were taken. A read
 * that fails or is cancelled leaves the value as it was, so that a row may be read twice and none is lost.
 */
public interface Checkpoint {

    /** What the last read that ended well had reached; null for the first. A JSON value. */
    @Nullable
    Object value();

    /**
     * Says how far this read is. Any thread; does not block.
     *
     * @param value a JSON value of at most 64 KiB
     */
    void reached(@Nullable Object value);
}

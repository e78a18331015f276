package io.dataprism.core.format;

import io.dataprism.plugin.Batch;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one result: {@link #begin}, then every batch in slices, then {@link #end} or {@link #failure}. For one thread at a
 * time; nothing blocks; batches are read and never closed.
 */
public interface ResultWriter {

    /** What stands before the first row. */
    void begin(ByteSink out);

    /**
     * Writes rows until the batch ends, the sink holds {@code byteLimit} bytes or more, or no more rows are wanted.
     *
     * @param firstRow the first row that is not written yet
     * @return the row to go on with; the batch's row count where it is done
     */
    int rows(ByteSink out, Batch batch, int firstRow, int byteLimit);

    /** False once the format holds all rows that it may: cancel the source and call {@link #end}. */
    default boolean wantsMore() {
        return true;
    }

    /** What stands after the last row. */
    void end(ByteSink out);

    /**
     * Says within the format that the result broke off.
     *
     * @param problem the problem document
     * @return false where the format cannot say it, and nothing was written: abort the transport
     */
    default boolean failure(ByteSink out, Map<String, @Nullable Object> problem) {
        return false;
    }
}

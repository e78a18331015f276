package io.dataprism.plugins.drawing;

import io.dataprism.plugin.Batch;

/** Gathers the data of one chart from batches, in bounded memory. One thread at a time. */
public interface ChartReader {

    /** Reads a batch, which stays the caller's to close. */
    void add(Batch batch);

    /** Whether the rest of the input changes nothing. */
    default boolean hasSeenEnough() {
        return false;
    }

    /** What was gathered. The reader is not used afterwards. */
    Chart chart();
}

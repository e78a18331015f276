package io.dataprism.core.engine;

/** What the batches of a query hold. */
public enum QueryOutput {
    /** The rows of its result. */
    ROWS,
    /** The bytes of a Parquet file of its result, in pieces: one row of one binary column each. The columns are the result's. */
    PARQUET
}

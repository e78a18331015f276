package io.dataprism.core.engine;

/**
 * What the queries of a node may take.
 *
 * @param workers threads that are inside the engine at the same time while nothing takes long
 * @param openQueries queries that are queued, running or parked at the same time; one more is {@code OVERLOADED}
 * @param openQueriesPerUser of those, queries of one user; one more of that user's is {@code OVERLOADED}
 * @param batchBytes of batches that are out; while there are more, no further query is admitted
 */
public record EngineLimits(int workers, int openQueries, int openQueriesPerUser, long batchBytes) {

    private static final int OPEN_QUERIES = 256;
    private static final int OPEN_QUERIES_PER_USER = 64;
    private static final long BATCH_BYTES = 1L << 30;

    /** The defaults for this machine. */
    public static EngineLimits defaults() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new EngineLimits(Math.max(4, 2 * processors), OPEN_QUERIES, OPEN_QUERIES_PER_USER, BATCH_BYTES);
    }
}

package io.dataprism.core.engine;

/**
 * What an engine has to do at one moment.
 *
 * @param open queries that are queued, running or parked
 * @param busyWorkers threads that are inside the engine
 * @param waiting queries that wait for a worker
 * @param refused queries that were not admitted since the start
 * @param restarts how often the engine gave up and was started anew
 */
public record EngineCounters(int open, int busyWorkers, int waiting, long refused, long restarts) {

    /** The same, of an engine that was started anew so often. */
    public EngineCounters withRestarts(long count) {
        return new EngineCounters(open, busyWorkers, waiting, refused, count);
    }
}

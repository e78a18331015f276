package io.dataprism.core.dataset;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * How a node's engine is to run.
 *
 * @param dataDirectory of the node; the engine keeps {@code blobs}, {@code tables}, {@code incoming} and {@code spill} in it
 * @param threads of DuckDB
 * @param workers threads that open queries and load batches; the queries that compute at the same time
 * @param openQueriesLimit queries that are queued, running or parked at the same time; one more is {@code OVERLOADED}
 * @param memoryLimitBytes of DuckDB; the batches on their way come on top of it
 * @param spillLimitBytes on disk, for what does not fit into the memory
 */
public record EngineSettings(
        Path dataDirectory,
        int threads,
        int workers,
        int openQueriesLimit,
        long memoryLimitBytes,
        long spillLimitBytes) {

    private static final long GIBIBYTE = 1L << 30;

    /** The defaults for this machine: every processor, half of the memory, 64 open queries. */
    public static EngineSettings of(Path dataDirectory) {
        int processors = Runtime.getRuntime().availableProcessors();
        return new EngineSettings(
                dataDirectory, processors, Math.max(4, 2 * processors), 64, physicalMemoryBytes() / 2, 16 * GIBIBYTE);
    }

    private static long physicalMemoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : 2 * GIBIBYTE;
    }
}

package io.dataprism.core.dataset;

import io.dataprism.core.engine.EngineLimits;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * How a node's DuckDB is to run.
 *
 * @param dataDirectory of the node; the engine keeps {@code blobs}, {@code tables}, {@code incoming},
 *     {@code exports} and {@code spill} in it
 * @param threads of DuckDB
 * @param memoryLimitBytes of DuckDB; the batches on their way come on top of it
 * @param spillLimitBytes on disk, for what does not fit into the memory; and once more for results that leave as files
 * @param limits of the queries
 */
public record EngineSettings(
        Path dataDirectory, int threads, long memoryLimitBytes, long spillLimitBytes, EngineLimits limits) {

    private static final long GIBIBYTE = 1L << 30;

    /** The defaults for this machine: every processor, half of the memory, 16 GiB of disk. */
    public static EngineSettings of(Path dataDirectory) {
        return new EngineSettings(
                dataDirectory,
                Runtime.getRuntime().availableProcessors(),
                physicalMemoryBytes() / 2,
                16 * GIBIBYTE,
                EngineLimits.defaults());
    }

    private static long physicalMemoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : 2 * GIBIBYTE;
    }
}

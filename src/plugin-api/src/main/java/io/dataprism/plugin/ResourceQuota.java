package io.dataprism.plugin;

import java.time.Duration;

/**
 * What a plugin may use at most: the manifest's {@code resources}, capped by the operator.
 *
 * @param memoryBytes of heap
 * @param cpus processors, as a fraction or a number of them
 * @param threads live at once
 * @param operationTimeout for one operation, from the call to its last byte
 * @param storageBytes of the plugin's folder
 */
public record ResourceQuota(long memoryBytes, double cpus, int threads, Duration operationTimeout, long storageBytes) {

    /** Of a manifest that asks for nothing: 128 MiB, one processor, 32 threads, 30 s, 16 MiB of files. */
    public static final ResourceQuota DEFAULT =
            new ResourceQuota(128L << 20, 1.0, 32, Duration.ofSeconds(30), 16L << 20);
}

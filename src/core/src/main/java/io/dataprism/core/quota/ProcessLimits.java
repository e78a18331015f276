package io.dataprism.core.quota;

import io.dataprism.plugin.ResourceQuota;

/**
 * What the process of a plugin with a quota may use as a whole: the quota, and what a JVM needs besides.
 *
 * @param memoryBytes resident, of the heap, of batches beside it, and of the JVM
 * @param cpus processors
 * @param threads all of them, the JVM's own as well
 */
public record ProcessLimits(long memoryBytes, double cpus, int threads) {

    private static final long MIB = 1L << 20;

    /** Compiled code, metadata of classes, stacks, the collector: a plugin that loads many classes fills about this. */
    private static final long MEMORY_OF_JVM_BYTES = 160 * MIB;

    /** What an idle child takes besides its heap; reserved before it is started. */
    private static final long IDLE_BYTES = 48 * MIB;

    /** Compiler, collector, signals, references and the host's link; 17 were counted in an idle child. */
    private static final int THREADS_OF_JVM = 32;

    private static final long STACK_BYTES = MIB;
    private static final long ALLOCATOR_BYTES = 128 * MIB;

    /** Batches lie beside the heap and may be as large as it. */
    static ProcessLimits of(ResourceQuota quota) {
        return new ProcessLimits(
                2 * quota.memoryBytes() + MEMORY_OF_JVM_BYTES, quota.cpus(), quota.threads() + THREADS_OF_JVM);
    }

    /** What is set aside of the group's memory for it. */
    static long reservedBytes(ResourceQuota quota) {
        return quota.memoryBytes() + IDLE_BYTES;
    }

    /** What may be mapped to write to, resident or not: room for stacks and what the allocator keeps is added. */
    long dataBytes() {
        return memoryBytes + threads * STACK_BYTES + ALLOCATOR_BYTES;
    }
}

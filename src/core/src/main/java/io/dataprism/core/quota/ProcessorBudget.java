package io.dataprism.core.quota;

import java.util.concurrent.TimeUnit;

/**
 * Decides when a process must be stopped so that it gets no more processor time than its share, where the kernel does not hold it.
 * Time is earned as it passes and kept for a quarter of a second; who has overdrawn waits until it has earned what it used. No
 * thread of its own; one thread at a time.
 */
final class ProcessorBudget {

    private static final double KEPT_MILLIS = 250;

    private final double cpus;
    private double leftMillis;
    private long lastNanos;
    private long lastCpuMillis;

    /**
     * @param cpus processors
     * @param cpuMillis what the process has used until now, which is forgiven
     */
    ProcessorBudget(double cpus, long nanos, long cpuMillis) {
        this.cpus = cpus;
        this.lastNanos = nanos;
        this.lastCpuMillis = cpuMillis;
        this.leftMillis = KEPT_MILLIS * cpus;
    }

    /** Whether the process may run on from here. */
    boolean mayRun(long nanos, long cpuMillis) {
        double earned = (nanos - lastNanos) * cpus / TimeUnit.MILLISECONDS.toNanos(1);
        leftMillis = Math.min(KEPT_MILLIS * cpus, leftMillis + earned - (cpuMillis - lastCpuMillis));
        lastNanos = nanos;
        lastCpuMillis = cpuMillis;
        return leftMillis >= 0;
    }
}

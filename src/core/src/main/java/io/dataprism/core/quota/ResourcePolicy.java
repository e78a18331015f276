package io.dataprism.core.quota;

import com.sun.management.OperatingSystemMXBean;
import io.dataprism.plugin.ResourceQuota;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What the operator lets plugins use, whatever their manifests ask for.
 *
 * @param most of each plugin
 * @param openFiles of each plugin's process, 64 at least; what a JVM opens for itself counts
 * @param requests that a plugin may send to the host in a second
 * @param requestBytes that these may have in a second, all together
 * @param group of all plugins of a node together
 * @param minimum the level below which no plugin is started
 */
public record ResourcePolicy(
        ResourceQuota most, int openFiles, int requests, long requestBytes, Group group, IsolationLevel minimum) {

    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final double SHARE_OF_PROCESSORS = 0.75;

    /**
     * All plugins of a node.
     *
     * @param memoryBytes what they may reserve and use
     * @param cpus processors
     */
    public record Group(long memoryBytes, double cpus) {}

    /** As much for one plugin as a manifest can ask for; half of the memory and three quarters of the processors for all. */
    public static ResourcePolicy defaults() {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new ResourcePolicy(
                new ResourceQuota(4 * GIB, 64, 1024, Duration.ofMinutes(10), 16 * GIB),
                256,
                10_000,
                256 * MIB,
                new Group(
                        machine.getTotalMemorySize() / 2,
                        Runtime.getRuntime().availableProcessors() * SHARE_OF_PROCESSORS),
                IsolationLevel.NO_CGROUP);
    }

    /** What a plugin gets that asks for so much. */
    public ResourceQuota cap(ResourceQuota asked) {
        Duration timeout = asked.operationTimeout().compareTo(most.operationTimeout()) < 0
                ? asked.operationTimeout()
                : most.operationTimeout();
        return new ResourceQuota(
                Math.min(asked.memoryBytes(), most.memoryBytes()),
                Math.min(Math.min(asked.cpus(), most.cpus()), group.cpus()),
                Math.min(asked.threads(), most.threads()),
                timeout,
                Math.min(asked.storageBytes(), most.storageBytes()));
    }
}

package io.dataprism.core.quota;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.plugin.ResourceQuota;
import io.dataprism.sandbox.kernel.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the processes of one node's plugins to their quotas, by the firmest rung of the ladder that this machine offers: control
 * groups of version 2, of version 1, or limits and a watch. Any thread; files of the kernel are read and written.
 */
public final class ProcessQuotas implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessQuotas.class);
    private static final Path PROC = Path.of("/proc");

    /** What a JVM writes of its own when it crashes must fit. */
    private static final long LEAST_FILE_BYTES = 1L << 20;

    private final ResourcePolicy policy;
    private final Reservations reservations;
    private final Reservations heap;
    private final @Nullable ControlGroups groups;
    private final List<String> missing;

    private ProcessQuotas(ResourcePolicy policy, @Nullable ControlGroups groups, List<String> missing) {
        this.policy = policy;
        this.reservations = new Reservations(
                policy.group().memoryBytes(),
                "all plugins on this node",
                "raise 'plugins.group.memory' in the configuration");
        this.heap = new Reservations(
                Runtime.getRuntime().maxMemory() / 2,
                "the node's own heap for modules",
                "give the node a larger heap: DATAPRISM_JAVA_OPTIONS=-Xmx...");
        this.groups = groups;
        this.missing = List.copyOf(missing);
    }

    /** Tries the rungs, and makes the group of all plugins on the first that holds. */
    public static ProcessQuotas open(ResourcePolicy policy) {
        List<String> missing = new ArrayList<>();
        Optional<ControlGroups> groups = ControlGroups.find(PROC, policy.group(), missing);
        return new ProcessQuotas(policy, groups.orElse(null), groups.isPresent() ? List.of() : missing);
    }

    /** Takes the last rung, whatever the machine offers. */
    public static ProcessQuotas withoutGroups(ResourcePolicy policy) {
        return new ProcessQuotas(policy, null, List.of("Control groups are not used."));
    }

    /** What processes reach here at most: {@code full} or {@code no-cgroup}. */
    public IsolationLevel level() {
        return groups == null ? IsolationLevel.NO_CGROUP : IsolationLevel.FULL;
    }

    /** Whether that is as much as the operator demands. */
    public boolean suffices() {
        return level().compareTo(policy.minimum()) >= 0;
    }

    /** What holds processes: {@code cgroup v2}, {@code cgroup v1} or {@code limits and a watch}. */
    public String mechanism() {
        return groups == null ? "limits and a watch" : groups.version();
    }

    /** Why {@code full} is not reached, a sentence each; empty where it is. */
    public List<String> missing() {
        return missing;
    }

    /** What the operator lets plugins use. */
    public ResourcePolicy policy() {
        return policy;
    }

    /** Of all plugins together, what is set aside. */
    public long reservedBytes() {
        return reservations.reservedBytes();
    }

    /**
     * Sets memory aside for a process that is to be started.
     *
     * @return gives it back, once; {@link #hold} takes it over
     * @throws io.dataprism.core.error.DataPrismException {@code QUOTA_EXCEEDED} where there is not enough left
     */
    public Runnable reserve(String plugin, ResourceQuota quota) {
        return reservations.reserve(plugin, ProcessLimits.reservedBytes(quota));
    }

    /**
     * Sets memory aside that a plugin's process shares with this one.
     *
     * @return gives it back, once
     * @throws io.dataprism.core.error.DataPrismException {@code QUOTA_EXCEEDED} where there is not enough left
     */
    public Runnable reserveShared(String plugin, long bytes) {
        return reservations.reserve(plugin, bytes);
    }

    /**
     * Sets memory aside for a plugin that lives in this JVM's heap: of the group's memory, and of a half of the heap, since a
     * node whose heap is full ends.
     *
     * @return gives it back, once
     * @throws io.dataprism.core.error.DataPrismException {@code QUOTA_EXCEEDED} where there is not enough left of either
     */
    public Runnable reserveHeap(String plugin, long bytes) {
        Runnable ofHeap = heap.reserve(plugin, bytes);
        try {
            Runnable ofGroup = reservations.reserve(plugin, bytes);
            return () -> {
                ofHeap.run();
                ofGroup.run();
            };
        } catch (DataPrismException refused) {
            ofHeap.run();
            throw refused;
        }
    }

    /**
     * Holds a process that has just been started, before anything of the plugin's runs in it.
     *
     * @param folder the one that it may write to
     * @param reservation what {@link #reserve} answered; the process that is answered gives it back when it is closed
     * @param largeFiles whether it may write files that are larger than its own folder may be, to folders of the operator's
     * @throws IOException where it is held less firmly than the policy demands; then nothing is held
     */
    public HeldProcess hold(
            String plugin, long processId, ResourceQuota quota, Path folder, Runnable reservation, boolean largeFiles)
            throws IOException {
        ChildProcess process = ChildProcess.open(processId);
        ControlGroup group = null;
        try {
            group = group(plugin, processId, quota);
            process.limit(
                    policy.openFiles(),
                    largeFiles ? -1 : Math.max(quota.storageBytes(), LEAST_FILE_BYTES),
                    group == null ? ProcessLimits.of(quota).dataBytes() : -1);
            return new HeldProcess(process, processId, group, quota, folder, reservation);
        } catch (IOException | RuntimeException refused) {
            if (group != null) {
                group.close();
            }
            process.close();
            throw refused;
        }
    }

    private @Nullable ControlGroup group(String plugin, long processId, ResourceQuota quota) throws IOException {
        if (groups == null) {
            return null;
        }
        ControlGroup group = null;
        try {
            group = groups.make(plugin + "-" + processId, ProcessLimits.of(quota));
            group.add(processId);
            return group;
        } catch (IOException refused) {
            if (group != null) {
                group.close();
            }
            if (policy.minimum() == IsolationLevel.FULL) {
                throw refused;
            }
            LOG.warn("The process of plugin {} is held by limits and a watch alone", plugin, refused);
            return null;
        }
    }

    /** After the last process has ended. */
    @Override
    public void close() {
        if (groups != null) {
            groups.close();
        }
    }
}

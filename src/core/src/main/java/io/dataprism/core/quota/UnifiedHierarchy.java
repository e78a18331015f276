package io.dataprism.core.quota;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Version 2 of the control groups: one tree. A group that hands controllers on may hold no process itself, so this process first
 * moves into a leaf of its own, unless it is in the root.
 */
final class UnifiedHierarchy implements ControlGroups.Hierarchy {

    static final String MISSING =
            "cgroup v2 is not there, or does not hand the controllers memory, cpu and pids to this "
                    + "process's group: with systemd, run the service with Delegate=yes.";

    private static final int PERIOD_MICROS = 100_000;
    private static final int LEAST_QUOTA_MICROS = 1_000;
    private static final String CONTROLLERS = "+memory +cpu +pids";
    private static final String SUBTREE = "cgroup.subtree_control";

    private final Path proc;
    private final Path own;
    private final String node = GroupFiles.nodeName();

    private UnifiedHierarchy(Path proc, Path own) {
        this.proc = proc;
        this.own = own;
    }

    static Optional<UnifiedHierarchy> in(GroupMounts mounts) {
        return mounts.unified()
                .filter(own -> controllers(own).containsAll(List.of("memory", "cpu", "pids")))
                .map(own -> new UnifiedHierarchy(mounts.proc(), own));
    }

    private static List<String> controllers(Path group) {
        try {
            return List.of(Files.readString(group.resolve("cgroup.controllers"))
                    .strip()
                    .split("\\s+"));
        } catch (IOException hidden) {
            return List.of();
        }
    }

    @Override
    public String version() {
        return "cgroup v2";
    }

    @Override
    public void open(ResourcePolicy.Group group) throws IOException {
        GroupFiles.sweep(own, proc);
        if (Files.exists(own.resolve("cgroup.type"))) { // every group but the root has it
            Path leaf = GroupFiles.makeFolder(own, GroupFiles.leafName());
            GroupFiles.write(leaf, "cgroup.procs", ProcessHandle.current().pid());
        }
        GroupFiles.write(own, SUBTREE, CONTROLLERS);
        Path plugins = GroupFiles.makeFolder(own, node);
        limitMemory(plugins, group.memoryBytes());
        limitCpu(plugins, group.cpus());
        GroupFiles.write(plugins, SUBTREE, CONTROLLERS);
    }

    @Override
    public ControlGroup make(String name, ProcessLimits limits) throws IOException {
        Path folder = GroupFiles.makeFolder(own.resolve(node), name);
        ControlGroup group = new ControlGroup(
                List.of(folder),
                new ControlGroup.Counter(folder, "memory.events", "oom_kill"),
                new ControlGroup.Counter(folder, "cpu.stat", "nr_throttled"),
                () -> limitCpu(folder, limits.cpus()));
        try {
            limitMemory(folder, limits.memoryBytes());
            GroupFiles.write(folder, "memory.oom.group", 1);
            GroupFiles.write(folder, "pids.max", limits.threads());
            return group;
        } catch (IOException refused) {
            group.close();
            throw refused;
        }
    }

    private static void limitMemory(Path group, long bytes) throws IOException {
        GroupFiles.write(group, "memory.max", bytes);
        GroupFiles.writeIfThere(group, "memory.swap.max", 0);
    }

    private static void limitCpu(Path group, double cpus) throws IOException {
        long micros = Math.max(LEAST_QUOTA_MICROS, Math.round(cpus * PERIOD_MICROS));
        GroupFiles.write(group, "cpu.max", micros + " " + PERIOD_MICROS);
    }

    @Override
    public void close() {
        GroupFiles.removeWithChildren(own.resolve(node));
    }
}

package io.dataprism.core.quota;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Version 1 of the control groups: a tree for each controller. */
final class SplitHierarchy implements ControlGroups.Hierarchy {

    static final String MISSING =
            "cgroup v1 is not there: the controllers memory, cpu and pids are not all mounted for this process.";

    private static final int PERIOD_MICROS = 100_000;
    private static final int LEAST_QUOTA_MICROS = 1_000;

    private final Path proc;
    private final Path memory;
    private final Path cpu;
    private final Path pids;
    private final String node = GroupFiles.nodeName();

    private SplitHierarchy(Path proc, Path memory, Path cpu, Path pids) {
        this.proc = proc;
        this.memory = memory;
        this.cpu = cpu;
        this.pids = pids;
    }

    static Optional<SplitHierarchy> in(GroupMounts mounts) {
        return mounts.split("memory")
                .flatMap(memory -> mounts.split("cpu")
                        .flatMap(cpu -> mounts.split("pids")
                                .map(pids -> new SplitHierarchy(mounts.proc(), memory, cpu, pids))));
    }

    @Override
    public String version() {
        return "cgroup v1";
    }

    @Override
    public void open(ResourcePolicy.Group group) throws IOException {
        for (Path parent : List.of(memory, cpu, pids)) {
            GroupFiles.sweep(parent, proc);
            GroupFiles.makeFolder(parent, node);
        }
        limitMemory(node(memory), group.memoryBytes());
        limitCpu(node(cpu), group.cpus());
    }

    @Override
    public ControlGroup make(String name, ProcessLimits limits) throws IOException {
        ControlGroup group = new ControlGroup(
                List.of(
                        GroupFiles.makeFolder(node(memory), name),
                        GroupFiles.makeFolder(node(cpu), name),
                        GroupFiles.makeFolder(node(pids), name)),
                new ControlGroup.Counter(node(memory).resolve(name), "memory.oom_control", "oom_kill"),
                new ControlGroup.Counter(node(cpu).resolve(name), "cpu.stat", "nr_throttled"),
                () -> limitCpu(node(cpu).resolve(name), limits.cpus()));
        try {
            limitMemory(node(memory).resolve(name), limits.memoryBytes());
            GroupFiles.write(node(pids).resolve(name), "pids.max", limits.threads());
            return group;
        } catch (IOException refused) {
            group.close();
            throw refused;
        }
    }

    private Path node(Path controller) {
        return controller.resolve(node);
    }

    private static void limitMemory(Path group, long bytes) throws IOException {
        GroupFiles.write(group, "memory.limit_in_bytes", bytes);
        GroupFiles.writeIfThere(group, "memory.memsw.limit_in_bytes", bytes); // no swap beyond it
    }

    private static void limitCpu(Path group, double cpus) throws IOException {
        GroupFiles.write(group, "cpu.cfs_period_us", PERIOD_MICROS);
        GroupFiles.write(group, "cpu.cfs_quota_us", Math.max(LEAST_QUOTA_MICROS, Math.round(cpus * PERIOD_MICROS)));
    }

    @Override
    public void close() {
        List.of(memory, cpu, pids).forEach(controller -> GroupFiles.removeWithChildren(node(controller)));
    }
}

package io.dataprism.core.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files get which values, on trees of plain files in the form of proc(5) and cgroups(7). */
class ControlGroupsTest {

    private static final long PID = ProcessHandle.current().pid();
    private static final ResourcePolicy.Group GROUP = new ResourcePolicy.Group(1L << 30, 1.5);
    private static final ProcessLimits LIMITS = new ProcessLimits(1L << 28, 0.25, 40);

    @TempDir
    Path folder;

    private Path proc;
    private final List<String> refusals = new ArrayList<>();

    @BeforeEach
    void makeProc() throws IOException {
        proc = Files.createDirectories(folder.resolve("proc"));
        Files.createDirectories(proc.resolve("self"));
        Files.createDirectories(proc.resolve(String.valueOf(PID)));
    }

    private void mounts(String mountinfo, String cgroup) throws IOException {
        Files.writeString(proc.resolve("self/mountinfo"), mountinfo.replace("ROOT", folder.toString()));
        Files.writeString(proc.resolve("self/cgroup"), cgroup);
    }

    private Path made(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private static Path only(Path parent, String prefix) throws IOException {
        try (var each = Files.list(parent)) {
            List<Path> found = each.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    @Test
    void version2IsUsedWhereItHandsTheControllersOnAndTheProcessLeavesTheInnerGroup() throws Exception {
        Path own = made("cg/user.slice/app");
        Files.writeString(own.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
        Files.writeString(own.resolve("cgroup.type"), "domain\n");
        mounts("30 23 0:26 / ROOT/cg rw - cgroup2 cgroup2 rw\n", "0::/user.slice/app\n");
        ControlGroups groups = ControlGroups.find(proc, GROUP, refusals).orElseThrow();
        assertThat(groups.version()).isEqualTo("cgroup v2");
        assertThat(own.resolve("dataprism-" + PID + "-node/cgroup.procs")).hasContent(String.valueOf(PID));
        assertThat(own.resolve("cgroup.subtree_control")).hasContent("+memory +cpu +pids");
        ControlGroup group = groups.make("p-7", LIMITS);
        group.add(7);
        group.limitProcessor();
        Path all = group(own);
        assertThat(all.resolve("memory.max")).hasContent("1073741824");
        assertThat(all.resolve("cpu.max")).hasContent("150000 100000");
        assertThat(all.resolve("p-7/memory.max")).hasContent("268435456");
        assertThat(all.resolve("p-7/memory.oom.group")).hasContent("1");
        assertThat(all.resolve("p-7/pids.max")).hasContent("40");
        assertThat(all.resolve("p-7/cpu.max")).hasContent("25000 100000");
        assertThat(all.resolve("p-7/cgroup.procs")).hasContent("7");
        Files.writeString(all.resolve("p-7/memory.events"), "low 0\noom 1\noom_kill 3\n");
        assertThat(group.outOfMemoryKills()).isEqualTo(3);
    }

    private static Path group(Path own) throws IOException {
        try (var each = Files.list(own)) {
            return each.filter(path -> path.getFileName().toString().matches("dataprism-[0-9]+-[0-9]+"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void version1IsUsedWhereVersion2HasNotTheControllers() throws Exception {
        Files.writeString(made("unified").resolve("cgroup.controllers"), "hugetlb\n");
        made("memory/box");
        made("cpu,cpuacct");
        made("pids");
        mounts("""
                40 30 0:40 / ROOT/unified rw - cgroup2 cgroup2 rw
                41 30 0:41 /outside ROOT/memory rw - cgroup cgroup rw,memory
                42 30 0:42 / ROOT/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                43 30 0:43 / ROOT/pids rw - cgroup cgroup rw,pids
                """, "4:memory:/outside/box\n3:cpu,cpuacct:/gone\n2:pids:/\n0::/\n");
        ControlGroups groups = ControlGroups.find(proc, GROUP, refusals).orElseThrow();
        assertThat(groups.version()).isEqualTo("cgroup v1");
        assertThat(refusals).containsExactly(UnifiedHierarchy.MISSING);
        ControlGroup group = groups.make("p-7", LIMITS);
        group.limitProcessor();
        Path memory = only(folder.resolve("memory/box"), "dataprism-");
        assertThat(memory.resolve("memory.limit_in_bytes")).hasContent("1073741824");
        assertThat(memory.resolve("p-7/memory.limit_in_bytes")).hasContent("268435456");
        Path cpu = only(folder.resolve("cpu,cpuacct"), "dataprism-");
        assertThat(cpu.resolve("cpu.cfs_quota_us")).hasContent("150000");
        assertThat(cpu.resolve("p-7/cpu.cfs_quota_us")).hasContent("25000");
        assertThat(only(folder.resolve("pids"), "dataprism-").resolve("p-7/pids.max"))
                .hasContent("40");
    }

    @Test
    void whereThereIsNoneItIsSaidWhatIsMissing() throws Exception {
        mounts("", "");
        assertThat(ControlGroups.find(proc, GROUP, refusals)).isEmpty();
        assertThat(refusals).containsExactly(UnifiedHierarchy.MISSING, SplitHierarchy.MISSING);
    }

    @Test
    void groupsOfNodesThatHaveEndedAreRemoved() throws Exception {
        Path own = made("cg");
        Files.writeString(own.resolve("cgroup.controllers"), "cpu memory pids\n");
        made("cg/dataprism-999999999-1/p-7");
        made("cg/dataprism-" + PID + "-999/p-8");
        mounts("30 23 0:26 / ROOT/cg rw - cgroup2 cgroup2 rw\n", "0::/\n");
        ControlGroups.find(proc, GROUP, refusals).orElseThrow();
        assertThat(own.resolve("dataprism-999999999-1")).doesNotExist();
        assertThat(own.resolve("dataprism-" + PID + "-999")).exists();
    }
}

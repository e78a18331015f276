package plugins.hostile;

import java.nio.file.*;
import java.util.*;

/** Reads what /proc says about itself, the host and the machine. */
public class ReadsProc extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts().read(Path.of("/proc"));
        for (String process : List.of("self", "thread-self", "1", String.valueOf(target.host()))) {
            for (String file : List.of("environ", "maps", "mem", "cmdline", "fd", "status", "root", "task", "stack")) {
                attempts.read(Path.of("/proc", process, file));
            }
            attempts.write(Path.of("/proc", process, "oom_score_adj")).write(Path.of("/proc", process, "mem"));
        }
        for (String file : List.of(
                "kcore",
                "kallsyms",
                "cpuinfo",
                "meminfo",
                "mounts",
                "net",
                "sys/kernel/core_pattern",
                "sysrq-trigger")) {
            attempts.read(Path.of("/proc", file));
        }
        return attempts.write(Path.of("/proc/sysrq-trigger")).write(Path.of("/proc/sys/kernel/core_pattern"));
    }
}

package plugins.hostile;

import java.nio.file.*;
import java.util.*;

/** Reads and writes what /sys says, its own control group above all. */
public class ReadsSys extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        for (String path : List.of(
                "/sys",
                "/sys/kernel",
                "/sys/class/net",
                "/sys/fs/cgroup",
                "/sys/devices/system/cpu/online",
                "/sys/power/state")) {
            attempts.read(Path.of(path));
        }
        for (String path : List.of(
                "/sys/fs/cgroup/cgroup.procs",
                "/sys/fs/cgroup/memory/cgroup.procs",
                "/sys/fs/cgroup/cpu/cgroup.procs",
                "/sys/power/state")) {
            attempts.write(Path.of(path));
        }
        return attempts;
    }
}

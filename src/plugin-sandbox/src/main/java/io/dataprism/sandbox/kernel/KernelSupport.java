package io.dataprism.sandbox.kernel;

import java.util.ArrayList;
import java.util.List;

/** What this machine lacks for confinement, asked with calls that change nothing. */
public final class KernelSupport {

    private static final int GET_ACTION_AVAILABLE = 2;

    private KernelSupport() {}

    /** Whether confinement knows this operating system and processor. */
    public static boolean isKnownMachine() {
        return Machine.current().isPresent();
    }

    /** The version of Landlock's interface on a known machine; 0: there is none. */
    public static int landlock() {
        return FileRules.abi();
    }

    /** Whether a known machine filters system calls. */
    public static boolean hasSystemCallFilters() {
        return SystemCalls.call(SystemCalls.machine().number("seccomp"), GET_ACTION_AVAILABLE, 0, 0)
                != -SystemCalls.ENOSYS;
    }

    /** What is missing, one sentence each with the way out; empty where a child can be confined. */
    public static List<String> missing() {
        if (!isKnownMachine()) {
            return List.of("Linux on x86-64 or aarch64 is needed; this is " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + ".");
        }
        List<String> missing = new ArrayList<>();
        if (landlock() == 0) {
            missing.add("Landlock is not available: Linux 5.13 or later with 'landlock' in the lsm= boot parameter, "
                    + "not refused by the container's seccomp profile.");
        }
        if (!hasSystemCallFilters()) {
            missing.add("seccomp filters are not available: a kernel with CONFIG_SECCOMP_FILTER is needed.");
        }
        return missing;
    }
}

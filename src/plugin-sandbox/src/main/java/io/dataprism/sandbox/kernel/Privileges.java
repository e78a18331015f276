package io.dataprism.sandbox.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Capabilities, limits and the tie to the parent of the calling thread or process. */
public final class Privileges {

    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final int KEPT_DAC_OVERRIDE = 1 << 1;
    private static final int SET_PARENT_DEATH_SIGNAL = 1;
    private static final int SIGKILL = 9;
    private static final int LIMIT_CORE_SIZE = 4;
    private static final int LIMIT_OPEN_FILES = 7;

    private Privileges() {}

    /**
     * Takes all capabilities from the calling thread, and with no_new_privs from what it starts, but the one that lets root
     * read files of other owners: which files those are is Landlock's to say.
     */
    public static void dropOfCallingThread() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(8, 8);
            header.set(ValueLayout.JAVA_INT, 0, CAPABILITY_VERSION_3);
            MemorySegment sets = arena.allocate(24, 8);
            SystemCalls.require("capget", header.address(), sets.address());
            int permitted = sets.get(ValueLayout.JAVA_INT, 4) & KEPT_DAC_OVERRIDE;
            sets.fill((byte) 0);
            sets.set(ValueLayout.JAVA_INT, 0, permitted);
            sets.set(ValueLayout.JAVA_INT, 4, permitted);
            SystemCalls.require("capset", header.address(), sets.address());
        }
    }

    /**
     * Lets the kernel kill this process when the thread that started it ends.
     *
     * @param parentId the process that must still be the parent
     */
    public static void dieWithParent(long parentId) {
        SystemCalls.require("prctl", SET_PARENT_DEATH_SIGNAL, SIGKILL);
        if (SystemCalls.require("getppid") != parentId) {
            throw new KernelException("The host that started this child has ended.");
        }
    }

    /**
     * Puts this process into a group of its own: a Ctrl-C at the host's terminal is for the host, which then drains and ends
     * this process itself.
     */
    public static void leaveGroupOfParent() {
        SystemCalls.require("setpgid", 0, 0);
    }

    /** No core dumps, and at most so many open files. */
    public static void limitFiles(long openFiles) {
        limit(LIMIT_CORE_SIZE, 0);
        limit(LIMIT_OPEN_FILES, openFiles);
    }

    private static void limit(int resource, long value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(16, 8);
            limits.set(ValueLayout.JAVA_LONG, 0, value);
            limits.set(ValueLayout.JAVA_LONG, 8, value);
            SystemCalls.require("prlimit64", 0, resource, limits.address(), 0);
        }
    }
}

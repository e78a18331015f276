package io.dataprism.sandbox.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Capabilities and the tie to the parent of the calling thread or process. */
public final class Privileges {

    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final int KEPT_DAC_OVERRIDE = 1 << 1;
    private static final int SET_PARENT_DEATH_SIGNAL = 1;
    private static final int SIGKILL = 9;

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
}

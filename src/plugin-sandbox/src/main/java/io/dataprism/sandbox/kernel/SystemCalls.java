package io.dataprism.sandbox.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Raw system calls of this machine. Package-private on purpose: other packages get the few narrow things that they need. Any
 * thread; a call that waits, waits.
 */
final class SystemCalls {

    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EACCES = 13;
    static final int ENOSYS = 38;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1),
            Linker.Option.captureCallState("errno"));

    private SystemCalls() {}

    /** The machine; fails where confinement does not know it. */
    static Machine machine() {
        return Machine.current()
                .orElseThrow(() -> new KernelException("Confinement needs Linux on x86-64 or aarch64; this is "
                        + System.getProperty("os.name") + " on " + System.getProperty("os.arch") + "."));
    }

    /**
     * Makes a system call by number.
     *
     * @param arguments at most six; pointers as addresses
     * @return what it answered, or the negated errno
     */
    static long call(int number, long... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            return call(arena.allocate(STATE), number, arguments);
        }
    }

    /** The same, with room for errno that the caller keeps from call to call. */
    static long call(MemorySegment state, int number, long... arguments) {
        long[] six = new long[6];
        System.arraycopy(arguments, 0, six, 0, arguments.length);
        try {
            long answer =
                    (long) SYSCALL.invokeExact(state, (long) number, six[0], six[1], six[2], six[3], six[4], six[5]);
            return answer >= 0 ? answer : -(int) ERRNO.get(state, 0L);
        } catch (Throwable failure) {
            throw new IllegalStateException("System call " + number + " could not be made.", failure);
        }
    }

    /** Makes a call by name that must succeed. */
    static long require(String name, long... arguments) {
        long answer = call(machine().number(name), arguments);
        if (answer < 0) {
            throw new KernelException("The system call " + name + " failed with errno " + -answer + ".");
        }
        return answer;
    }

    /** Room for errno. */
    static MemorySegment state(Arena arena) {
        return arena.allocate(STATE);
    }
}

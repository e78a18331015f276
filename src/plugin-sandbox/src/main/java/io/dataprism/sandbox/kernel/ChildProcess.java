package io.dataprism.sandbox.kernel;

import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A process that this one has started, by a descriptor: it stays that process, whatever becomes of its number. Any thread; a
 * process that has ended is left alone.
 */
public final class ChildProcess implements Closeable {

    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;
    private static final int LIMIT_FILE_SIZE = 1;
    private static final int LIMIT_DATA = 2;
    private static final int LIMIT_CORE_SIZE = 4;
    private static final int LIMIT_OPEN_FILES = 7;

    private final long processId;
    private long descriptor;

    private ChildProcess(long processId, long descriptor) {
        this.processId = processId;
        this.descriptor = descriptor;
    }

    /** Opens one that has not been waited for. On a machine that is not known here nothing of it is held or limited. */
    public static ChildProcess open(long processId) {
        if (!KernelSupport.isKnownMachine()) {
            return new ChildProcess(processId, -1);
        }
        return new ChildProcess(processId, SystemCalls.require("pidfd_open", processId, 0));
    }

    /** Takes the processor from it. */
    public void stop() {
        signal(SIGSTOP);
    }

    /** Gives the processor back. */
    public void resume() {
        signal(SIGCONT);
    }

    /** Ends it at once. */
    public void kill() {
        signal(SIGKILL);
    }

    /** Limits what it may open, without core dumps; for good, where it is not root. Negative: no limit. */
    public void limit(long openFiles, long fileBytes, long dataBytes) {
        limit(LIMIT_CORE_SIZE, 0);
        limit(LIMIT_OPEN_FILES, openFiles);
        limit(LIMIT_FILE_SIZE, fileBytes);
        limit(LIMIT_DATA, dataBytes);
    }

    private void limit(int resource, long value) {
        if (descriptor < 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(16, 8);
            limits.set(ValueLayout.JAVA_LONG, 0, value);
            limits.set(ValueLayout.JAVA_LONG, 8, value);
            SystemCalls.require("prlimit64", processId, resource, limits.address(), 0);
        }
    }

    private synchronized void signal(int number) {
        if (descriptor >= 0) {
            // refused where it has ended: there is nothing to do then
            SystemCalls.call(SystemCalls.machine().number("pidfd_send_signal"), descriptor, number, 0, 0);
        }
    }

    /** Forgets the process, which lives on. Again: nothing. */
    @Override
    public synchronized void close() {
        if (descriptor >= 0) {
            SystemCalls.require("close", descriptor);
            descriptor = -1;
        }
    }
}

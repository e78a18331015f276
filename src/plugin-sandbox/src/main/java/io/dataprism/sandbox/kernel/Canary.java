package io.dataprism.sandbox.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A self-test: tries what a confined process must not be able to do, by raw system calls. Each attempt is harmless where it
 * is not refused: files are closed again, and what would start or change something is called with arguments that the kernel
 * rejects in another way.
 */
public final class Canary {

    private static final int AT_WORKING_FOLDER = -100;
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int CREATE_EXCLUSIVE_WRITE = 0x1 | 0x40 | 0x80;
    private static final int SHARE_SIGNAL_HANDLERS_WITHOUT_MEMORY = 0x800 | 17;
    private static final long NOWHERE = 0;

    /** An attempt: what it is, and the call, which answers the negated errno where it fails. */
    private record Attempt(String what, ToLongFunction<Arena> call) {}

    private Canary() {}

    /**
     * Tries everything.
     *
     * @param writeOutside a path outside the process's folder that does not exist, to be made
     * @return what was not refused; empty where confinement holds
     */
    public static List<String> notRefused(String writeOutside) {
        List<String> open = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            for (Attempt attempt : attempts(writeOutside)) {
                long answer = attempt.call().applyAsLong(arena);
                if (answer != -SystemCalls.EACCES && answer != -SystemCalls.EPERM) {
                    open.add(attempt.what());
                }
            }
            if (SystemCalls.call(SystemCalls.machine().number("clone3"), NOWHERE, 0) != -SystemCalls.ENOSYS) {
                open.add("making a process with clone3");
            }
        }
        return open;
    }

    private static List<Attempt> attempts(String writeOutside) {
        return List.of(
                new Attempt("reading /etc/passwd", arena -> open(arena, "/etc/passwd", 0)),
                new Attempt("reading /proc/self/environ", arena -> open(arena, "/proc/self/environ", 0)),
                new Attempt("reading /proc/1/environ", arena -> open(arena, "/proc/1/environ", 0)),
                new Attempt("listing /", arena -> open(arena, "/", 0x10000)),
                new Attempt("writing " + writeOutside, arena -> create(arena, writeOutside)),
                new Attempt("a UDP socket", arena -> closed(call("socket", 2, 2, 0))),
                new Attempt("a TCP socket", arena -> closed(call("socket", 2, 1, 0))),
                new Attempt("a TCP socket over IPv6", arena -> closed(call("socket", 10, 1, 0))),
                new Attempt("a Unix socket", arena -> closed(call("socket", 1, 1, 0))),
                new Attempt("a netlink socket", arena -> closed(call("socket", 16, 3, 0))),
                new Attempt("a pair of sockets", arena -> call("socketpair", 1, 1, 0, NOWHERE)),
                new Attempt("running a program", arena -> call("execve", NOWHERE, NOWHERE, NOWHERE)),
                new Attempt(
                        "running a program with execveat", arena -> call("execveat", -1, NOWHERE, NOWHERE, NOWHERE, 0)),
                new Attempt(
                        "making a process with clone",
                        arena -> call("clone", SHARE_SIGNAL_HANDLERS_WITHOUT_MEMORY, NOWHERE)),
                new Attempt("signalling the parent", arena -> call("kill", SystemCalls.require("getppid"), 0)),
                new Attempt(
                        "limiting the parent",
                        arena -> call("prlimit64", SystemCalls.require("getppid"), 7, NOWHERE, NOWHERE)),
                new Attempt("tracing a process", arena -> call("ptrace", 0x7fffffff, -1)),
                new Attempt("reading the memory of a process", arena -> call("process_vm_readv", -1, 0, 0, 0, 0, 0)),
                new Attempt("loading a BPF program", arena -> call("bpf", -1, NOWHERE, 0)),
                new Attempt("making an io_uring", arena -> call("io_uring_setup", 0, NOWHERE)),
                new Attempt("mounting", arena -> call("mount", NOWHERE, NOWHERE, NOWHERE, 0, NOWHERE)),
                new Attempt("making a namespace", arena -> call("unshare", 0x1)),
                new Attempt("entering a namespace", arena -> call("setns", -1, 0)),
                new Attempt("changing the mode of a file", arena -> call("fchmodat", -1, NOWHERE, 0)),
                new Attempt("making holes in memory that is shared", arena -> call("madvise", NOWHERE, 0, 9)),
                new Attempt("handling page faults", arena -> call("userfaultfd", -1)));
    }

    private static long call(String name, long... arguments) {
        return SystemCalls.call(SystemCalls.machine().number(name), arguments);
    }

    private static long open(Arena arena, String path, int flags) {
        MemorySegment name = arena.allocateFrom(path);
        return closed(call("openat", AT_WORKING_FOLDER, name.address(), flags | CLOSE_ON_EXEC, 0));
    }

    private static long create(Arena arena, String path) {
        MemorySegment name = arena.allocateFrom(path);
        long answer =
                closed(call("openat", AT_WORKING_FOLDER, name.address(), CREATE_EXCLUSIVE_WRITE | CLOSE_ON_EXEC, 0600));
        if (answer >= 0) {
            call("unlinkat", AT_WORKING_FOLDER, name.address(), 0);
        }
        return answer;
    }

    private static long closed(long descriptor) {
        if (descriptor >= 0) {
            call("close", descriptor);
        }
        return descriptor;
    }
}

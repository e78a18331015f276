package io.dataprism.sandbox.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The two seccomp filters. The first is set by the host's spawning thread and inherited: everything but starting programs,
 * which a JVM's start needs. The second is set by the child on all its threads before anything else: it ends that too.
 */
public final class SystemCallFilters {

    /** What no plugin needs, and what reaches beyond Landlock: sockets, other processes, the machine, metadata of files. */
    static final List<String> NEVER = List.of(
            "socket",
            "socketpair",
            "ptrace",
            "process_vm_readv",
            "process_vm_writev",
            "process_madvise",
            "process_mrelease",
            "kcmp",
            "pidfd_open",
            "pidfd_getfd",
            "pidfd_send_signal",
            "kill",
            "tkill",
            "rt_sigqueueinfo",
            "rt_tgsigqueueinfo",
            "bpf",
            "io_uring_setup",
            "io_uring_enter",
            "io_uring_register",
            "userfaultfd",
            "perf_event_open",
            "mount",
            "umount2",
            "pivot_root",
            "chroot",
            "unshare",
            "setns",
            "open_tree",
            "open_tree_attr",
            "move_mount",
            "fsopen",
            "fsconfig",
            "fsmount",
            "fspick",
            "mount_setattr",
            "add_key",
            "request_key",
            "keyctl",
            "kexec_load",
            "kexec_file_load",
            "init_module",
            "finit_module",
            "delete_module",
            "iopl",
            "ioperm",
            "modify_ldt",
            "personality",
            "reboot",
            "swapon",
            "swapoff",
            "acct",
            "quotactl",
            "quotactl_fd",
            "syslog",
            "sethostname",
            "setdomainname",
            "settimeofday",
            "clock_settime",
            "adjtimex",
            "clock_adjtime",
            "name_to_handle_at",
            "open_by_handle_at",
            "fanotify_init",
            "inotify_add_watch",
            "chmod",
            "fchmod",
            "fchmodat",
            "fchmodat2",
            "chown",
            "fchown",
            "lchown",
            "fchownat",
            "utime",
            "utimes",
            "futimesat",
            "utimensat",
            "setxattr",
            "lsetxattr",
            "fsetxattr",
            "setxattrat",
            "removexattr",
            "lremovexattr",
            "fremovexattr",
            "removexattrat",
            "shmget",
            "shmat",
            "shmctl",
            "semget",
            "semop",
            "semctl",
            "semtimedop",
            "msgget",
            "msgsnd",
            "msgrcv",
            "msgctl",
            "mq_open",
            "setpriority",
            "ioprio_set",
            "sched_setparam",
            "sched_setscheduler",
            "sched_setaffinity",
            "sched_setattr",
            "migrate_pages",
            "move_pages",
            "setuid",
            "setgid",
            "setgroups",
            "setresuid",
            "setresgid",
            "capset");

    private static final List<String> PROGRAMS = List.of("fork", "vfork", "execve", "execveat");

    /** F_SETOWN, F_SETSIG, F_SETOWN_EX, F_NOTIFY: a pipe that signals any process, which Landlock refuses from version 6 on. */
    private static final int[] SIGNALS_BY_DESCRIPTOR = {8, 10, 15, 1026};

    private static final int SET_PARENT_DEATH_SIGNAL = 1;
    private static final int CLONE_THREAD = 0x00010000;
    private static final int SET_MODE_FILTER = 1;
    private static final int FLAG_TSYNC = 1;
    private static final int SET_NO_NEW_PRIVILEGES = 38;
    private static final int INSTRUCTION_BYTES = 8;

    private SystemCallFilters() {}

    /** The first filter, for the calling thread and what it starts. */
    public static void restrictCallingThread() {
        install(beforeStart(SystemCalls.machine()), 0);
    }

    /** The second filter, for all threads of this process: no programs, no new processes, no signals to others. */
    public static void restrictAllThreads() {
        install(inside(SystemCalls.machine(), (int) SystemCalls.require("getpid")), FLAG_TSYNC);
    }

    static FilterProgram beforeStart(Machine machine) {
        return FilterProgram.on(machine)
                .refuse(NEVER)
                .refuseIfEqual("fcntl", 1, SIGNALS_BY_DESCRIPTOR)
                .allowIfZero("prlimit64", 0)
                .build();
    }

    static FilterProgram inside(Machine machine, int processId) {
        return FilterProgram.on(machine)
                .refuse(PROGRAMS)
                .answer("clone3", FilterProgram.UNKNOWN)
                .allowIfAnyBit("clone", 0, CLONE_THREAD)
                .allowIfEqual("tgkill", 0, processId)
                .allowIfZero("prlimit64", 0, 2)
                .answer("setrlimit", FilterProgram.REFUSE)
                .refuse(NEVER)
                .refuseIfEqual("fcntl", 1, SIGNALS_BY_DESCRIPTOR)
                .refuseIfEqual("prctl", 0, SET_PARENT_DEATH_SIGNAL)
                .build();
    }

    private static void install(FilterProgram program, int flags) {
        SystemCalls.require("prctl", SET_NO_NEW_PRIVILEGES, 1);
        List<FilterProgram.Instruction> instructions = program.instructions();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate((long) instructions.size() * INSTRUCTION_BYTES, 8);
            for (int index = 0; index < instructions.size(); index++) {
                FilterProgram.Instruction instruction = instructions.get(index);
                long at = (long) index * INSTRUCTION_BYTES;
                code.set(ValueLayout.JAVA_SHORT, at, (short) instruction.code());
                code.set(ValueLayout.JAVA_BYTE, at + 2, (byte) instruction.ifTrue());
                code.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction.ifFalse());
                code.set(ValueLayout.JAVA_INT, at + 4, instruction.value());
            }
            MemorySegment header = arena.allocate(16, 8);
            header.set(ValueLayout.JAVA_SHORT, 0, (short) instructions.size());
            header.set(ValueLayout.JAVA_LONG, 8, code.address());
            long answer = SystemCalls.require("seccomp", SET_MODE_FILTER, flags, header.address());
            if (answer != 0) {
                throw new KernelException("Thread " + answer + " did not take over the seccomp filter.");
            }
        }
    }
}

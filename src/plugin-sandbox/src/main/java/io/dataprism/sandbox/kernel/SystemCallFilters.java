package io.dataprism.sandbox.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The two seccomp filters. The first is set by the host's spawning thread and inherited: it refuses all that is never needed,
 * and lets the JVM start. The second is set by the child on all its threads before anything else, and says what is left: the
 * calls of a JVM that runs, on memory, its own threads, clocks and the files that Landlock opens. The kernel answers every other
 * call, also one that will be invented, as if it did not exist.
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

    /** What a running JVM needs, whatever the arguments. */
    static final List<String> STEADY = List.of(
            "read",
            "write",
            "readv",
            "writev",
            "pread64",
            "pwrite64",
            "preadv",
            "pwritev",
            "preadv2",
            "pwritev2",
            "lseek",
            "close",
            "close_range",
            "open",
            "openat",
            "openat2",
            "creat",
            "stat",
            "fstat",
            "lstat",
            "newfstatat",
            "statx",
            "statfs",
            "fstatfs",
            "access",
            "faccessat",
            "faccessat2",
            "readlink",
            "readlinkat",
            "getdents",
            "getdents64",
            "getcwd",
            "mkdir",
            "mkdirat",
            "rmdir",
            "unlink",
            "unlinkat",
            "rename",
            "renameat",
            "renameat2",
            "link",
            "linkat",
            "symlink",
            "symlinkat",
            "truncate",
            "ftruncate",
            "fallocate",
            "fsync",
            "fdatasync",
            "sync_file_range",
            "fadvise64",
            "copy_file_range",
            "sendfile",
            "flock",
            "dup",
            "dup2",
            "dup3",
            "pipe",
            "pipe2",
            "eventfd",
            "eventfd2",
            "epoll_create",
            "epoll_create1",
            "epoll_ctl",
            "epoll_wait",
            "epoll_pwait",
            "epoll_pwait2",
            "poll",
            "ppoll",
            "select",
            "pselect6",
            "munmap",
            "mremap",
            "mprotect",
            "madvise",
            "mincore",
            "msync",
            "brk",
            "futex",
            "futex_waitv",
            "set_robust_list",
            "get_robust_list",
            "set_tid_address",
            "rseq",
            "membarrier",
            "sched_yield",
            "sched_getaffinity",
            "getcpu",
            "rt_sigaction",
            "rt_sigprocmask",
            "rt_sigreturn",
            "rt_sigpending",
            "rt_sigtimedwait",
            "rt_sigsuspend",
            "sigaltstack",
            "restart_syscall",
            "clock_gettime",
            "clock_getres",
            "clock_nanosleep",
            "nanosleep",
            "gettimeofday",
            "time",
            "times",
            "getrusage",
            "sysinfo",
            "uname",
            "umask",
            "getrandom",
            "getpid",
            "getppid",
            "gettid",
            "getuid",
            "geteuid",
            "getgid",
            "getegid",
            "getgroups",
            "getrlimit",
            "exit",
            "exit_group");

    /** F_DUPFD to F_SETLKW, F_GETOWN, locks of descriptors, F_DUPFD_CLOEXEC, F_GETPIPE_SZ. */
    private static final int[] DESCRIPTOR_COMMANDS = {0, 1, 2, 3, 4, 5, 6, 7, 9, 36, 37, 38, 1030, 1032};

    /** TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO: what asks about a descriptor. */
    private static final int[] DEVICE_COMMANDS = {0x5401, 0x5413, 0x541B, 0x5421};

    /** Naming a thread and a mapping, asking for its name, and whether it is confined. */
    private static final int[] PROCESS_COMMANDS = {15, 16, 21, 39, 0x53564d41};

    /** Memory that no account of the process shows once it is not mapped: pages of nobody's file. */
    private static final int SHARED_ANONYMOUS = 0x01 | 0x20;

    /** Makes a hole in a file that is mapped: the host may share it, and reads there. */
    private static final int REMOVE_PAGES = 9;

    private static final List<String> PROGRAMS = List.of("fork", "vfork", "execve", "execveat");

    /** F_SETOWN, F_SETSIG, F_SETOWN_EX, F_NOTIFY: a pipe that signals any process, which Landlock refuses from version 6 on. */
    private static final int[] SIGNALS_BY_DESCRIPTOR = {8, 10, 15, 1026};

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

    /** The second filter, for all threads of this process: what a running JVM needs and no more. */
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
                .refuse(NEVER)
                .answer("setrlimit", FilterProgram.REFUSE)
                .allowIfAnyBit("clone", 0, CLONE_THREAD)
                .allowIfEqual("tgkill", 0, processId)
                .allowIfZero("prlimit64", 0, 2)
                .allowIfEqual("fcntl", 1, DESCRIPTOR_COMMANDS)
                .allowIfEqual("ioctl", 1, DEVICE_COMMANDS)
                .allowIfEqual("prctl", 0, PROCESS_COMMANDS)
                .allowUnlessAllBits("mmap", 3, SHARED_ANONYMOUS)
                .refuseIfEqual("madvise", 2, REMOVE_PAGES)
                .allow(STEADY)
                .answerTheRest(FilterProgram.UNKNOWN)
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

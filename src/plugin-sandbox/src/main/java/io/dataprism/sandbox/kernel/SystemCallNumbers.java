package io.dataprism.sandbox.kernel;

import java.util.HashMap;
import java.util.Map;

/** The numbers of the system calls that confinement uses or refuses, per architecture. From the kernel's ABI, stable. */
final class SystemCallNumbers {

    /** Calls since Linux 5.1 have the same number everywhere. */
    private static final String COMMON = """
            pidfd_send_signal 424, io_uring_setup 425, io_uring_enter 426, io_uring_register 427, open_tree 428,
            move_mount 429, fsopen 430, fsconfig 431, fsmount 432, fspick 433, pidfd_open 434, clone3 435,
            pidfd_getfd 438, process_madvise 440, mount_setattr 442, quotactl_fd 443,
            landlock_create_ruleset 444, landlock_add_rule 445, landlock_restrict_self 446,
            process_mrelease 448, fchmodat2 452, setxattrat 463, removexattrat 466, open_tree_attr 467
            """;

    static final Map<String, Integer> X86_64 = table("""
            read 0, write 1, close 3, prctl 157, getpid 39, getppid 110, setpgid 109, dup 32, dup3 292, openat 257,
            unlinkat 263, fcntl 72, capget 125, capset 126, seccomp 317, clone 56, fork 57, vfork 58, execve 59,
            execveat 322, kill 62, tkill 200, tgkill 234, rt_sigqueueinfo 129, rt_tgsigqueueinfo 297,
            prlimit64 302, setrlimit 160, socket 41, socketpair 53, ptrace 101, process_vm_readv 310,
            process_vm_writev 311, kcmp 312, bpf 321, mount 165, umount2 166, pivot_root 155, chroot 161,
            unshare 272, setns 308, add_key 248, request_key 249, keyctl 250, userfaultfd 323,
            perf_event_open 298, kexec_load 246, kexec_file_load 320, init_module 175, finit_module 313,
            delete_module 176, iopl 172, ioperm 173, modify_ldt 154, personality 135, reboot 169, swapon 167,
            swapoff 168, acct 163, quotactl 179, syslog 103, sethostname 170, setdomainname 171,
            settimeofday 164, clock_settime 227, adjtimex 159, clock_adjtime 305, name_to_handle_at 303,
            open_by_handle_at 304, fanotify_init 300, inotify_add_watch 254, chmod 90, fchmod 91, fchmodat 268,
            chown 92, fchown 93, lchown 94, fchownat 260, utime 132, utimes 235, futimesat 261, utimensat 280,
            setxattr 188, lsetxattr 189, fsetxattr 190, removexattr 197, lremovexattr 198, fremovexattr 199,
            shmget 29, shmat 30, shmctl 31, semget 64, semop 65, semctl 66, semtimedop 220, msgget 68,
            msgsnd 69, msgrcv 70, msgctl 71, mq_open 240, setpriority 141, ioprio_set 251, sched_setparam 142,
            sched_setscheduler 144, sched_setaffinity 203, sched_setattr 314, migrate_pages 256, move_pages 279,
            setuid 105, setgid 106, setgroups 116, setresuid 117, setresgid 119
            """);

    static final Map<String, Integer> AARCH64 = table("""
            read 63, write 64, close 57, prctl 167, getpid 172, getppid 173, setpgid 154, dup 23, dup3 24, openat 56,
            unlinkat 35, fcntl 25, capget 90, capset 91, seccomp 277, clone 220, execve 221, execveat 281,
            kill 129, tkill 130, tgkill 131, rt_sigqueueinfo 138, rt_tgsigqueueinfo 240, prlimit64 261,
            setrlimit 164, socket 198, socketpair 199, ptrace 117, process_vm_readv 270, process_vm_writev 271,
            kcmp 272, bpf 280, mount 40, umount2 39, pivot_root 41, chroot 51, unshare 97, setns 268,
            add_key 217, request_key 218, keyctl 219, userfaultfd 282, perf_event_open 241, kexec_load 104,
            kexec_file_load 294, init_module 105, finit_module 273, delete_module 106, personality 92,
            reboot 142, swapon 224, swapoff 225, acct 89, quotactl 60, syslog 116, sethostname 161,
            setdomainname 162, settimeofday 170, clock_settime 112, adjtimex 171, clock_adjtime 266,
            name_to_handle_at 264, open_by_handle_at 265, fanotify_init 262, inotify_add_watch 27, fchmod 52,
            fchmodat 53, fchown 55, fchownat 54, utimensat 88, setxattr 5, lsetxattr 6, fsetxattr 7,
            removexattr 14, lremovexattr 15, fremovexattr 16, shmget 194, shmat 196, shmctl 195, semget 190,
            semop 193, semctl 191, semtimedop 192, msgget 186, msgsnd 189, msgrcv 188, msgctl 187, mq_open 180,
            setpriority 140, ioprio_set 30, sched_setparam 118, sched_setscheduler 119, sched_setaffinity 122,
            sched_setattr 274, migrate_pages 238, move_pages 239, setuid 146, setgid 144, setgroups 159,
            setresuid 147, setresgid 149
            """);

    private SystemCallNumbers() {}

    private static Map<String, Integer> table(String own) {
        Map<String, Integer> numbers = new HashMap<>();
        for (String entry : (COMMON + "," + own).split(",", -1)) {
            String[] nameAndNumber = entry.strip().split(" ", 2);
            numbers.put(nameAndNumber[0], Integer.valueOf(nameAndNumber[1]));
        }
        return Map.copyOf(numbers);
    }
}

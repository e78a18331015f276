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
            process_mrelease 448, fchmodat2 452, setxattrat 463, removexattrat 466, open_tree_attr 467,
            close_range 436, openat2 437, faccessat2 439, epoll_pwait2 441, futex_waitv 449,
            memfd_secret 447, statmount 457, listmount 458, lsm_get_self_attr 459
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
            setuid 105, setgid 106, setgroups 116, setresuid 117, setresgid 119,
            readv 19, writev 20, pread64 17, pwrite64 18, preadv 295, pwritev 296, preadv2 327,
            pwritev2 328, lseek 8, open 2, creat 85, stat 4, fstat 5, lstat 6, newfstatat 262, statx 332,
            statfs 137, fstatfs 138, access 21, faccessat 269, readlink 89, readlinkat 267, getdents 78,
            getdents64 217, getcwd 79, mkdir 83, mkdirat 258, rmdir 84, unlink 87, rename 82,
            renameat 264, renameat2 316, link 86, linkat 265, symlink 88, symlinkat 266, truncate 76,
            ftruncate 77, fallocate 285, fsync 74, fdatasync 75, sync_file_range 277, fadvise64 221,
            copy_file_range 326, sendfile 40, flock 73, dup2 33, ioctl 16, pipe 22, pipe2 293,
            eventfd 284, eventfd2 290, epoll_create 213, epoll_create1 291, epoll_ctl 233, epoll_wait 232,
            epoll_pwait 281, poll 7, ppoll 271, select 23, pselect6 270, mmap 9, munmap 11, mremap 25,
            mprotect 10, madvise 28, mincore 27, msync 26, brk 12, mlock 149, munlock 150, futex 202,
            set_robust_list 273, get_robust_list 274, set_tid_address 218, rseq 334, membarrier 324,
            sched_yield 24, sched_getaffinity 204, getcpu 309, rt_sigaction 13, rt_sigprocmask 14,
            rt_sigreturn 15, rt_sigpending 127, rt_sigtimedwait 128, rt_sigsuspend 130, sigaltstack 131,
            restart_syscall 219, clock_gettime 228, clock_getres 229, clock_nanosleep 230, nanosleep 35,
            gettimeofday 96, time 201, times 100, getrusage 98, sysinfo 99, uname 63, umask 95,
            getrandom 318, gettid 186, getuid 102, geteuid 107, getgid 104, getegid 108, getgroups 115,
            getpgrp 111, getrlimit 97, arch_prctl 158, exit 60, exit_group 231, chdir 80, fchdir 81, mknod 133,
            mknodat 259, setsid 112, getpgid 121, getsid 124, setreuid 113, setregid 114, setfsuid 122,
            setfsgid 123, getpriority 140, sched_getscheduler 145, connect 42, bind 49, listen 50,
            accept 43, accept4 288, sendto 44, recvfrom 45, sendmsg 46, recvmsg 47, sendmmsg 307, recvmmsg 299,
            shutdown 48, setsockopt 54, getsockopt 55, getsockname 51, getpeername 52, memfd_create 319,
            io_setup 206, inotify_init 253, inotify_init1 294, timer_create 222, mlockall 151,
            mlock2 325, vmsplice 278, splice 275, tee 276, remap_file_pages 216, mbind 237, set_mempolicy 238,
            sync 162, syncfs 306, vhangup 153
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
            setresuid 147, setresgid 149,
            readv 65, writev 66, pread64 67, pwrite64 68, preadv 69, pwritev 70, preadv2 286,
            pwritev2 287, lseek 62, fstat 80, newfstatat 79, statx 291, statfs 43, fstatfs 44, faccessat 48,
            readlinkat 78, getdents64 61, getcwd 17, mkdirat 34, renameat 38, renameat2 276, linkat 37,
            symlinkat 36, truncate 45, ftruncate 46, fallocate 47, fsync 82, fdatasync 83,
            sync_file_range 84, fadvise64 223, copy_file_range 285, sendfile 71, flock 32, ioctl 29,
            pipe2 59, eventfd2 19, epoll_create1 20, epoll_ctl 21, epoll_pwait 22, ppoll 73, pselect6 72,
            mmap 222, munmap 215, mremap 216, mprotect 226, madvise 233, mincore 232, msync 227, brk 214,
            mlock 228, munlock 229, futex 98, set_robust_list 99, get_robust_list 100,
            set_tid_address 96, rseq 293, membarrier 283, sched_yield 124, sched_getaffinity 123, getcpu 168,
            rt_sigaction 134, rt_sigprocmask 135, rt_sigreturn 139, rt_sigpending 136,
            rt_sigtimedwait 137, rt_sigsuspend 133, sigaltstack 132, restart_syscall 128, clock_gettime 113,
            clock_getres 114, clock_nanosleep 115, nanosleep 101, gettimeofday 169, times 153, getrusage 165,
            sysinfo 179, uname 160, umask 166, getrandom 278, gettid 178, getuid 174, geteuid 175, getgid 176,
            getegid 177, getgroups 158, getrlimit 163, exit 93, exit_group 94, chdir 49, fchdir 50,
            mknodat 33, setsid 157, getpgid 155, getsid 156, setreuid 145, setregid 143, setfsuid 151,
            setfsgid 152, getpriority 141, sched_getscheduler 120, connect 203, bind 200, listen 201,
            accept 202, accept4 242, sendto 206, recvfrom 207, sendmsg 211, recvmsg 212, sendmmsg 269,
            recvmmsg 243, shutdown 210, setsockopt 208, getsockopt 209, getsockname 204, getpeername 205,
            memfd_create 279, io_setup 0, inotify_init1 26, timer_create 107, mlockall 230, mlock2 284,
            vmsplice 75, splice 76, tee 77, remap_file_pages 234, mbind 235, set_mempolicy 237, sync 81,
            syncfs 267, vhangup 58
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

package plugins.hostile;

import java.util.*;

/** Asks for namespaces, mounts, keys, modules, rings and whatever else the kernel has had holes in. */
public class UsesRareSystemCalls extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        for (String name : List.of(
                "unshare",
                "setns",
                "mount",
                "umount2",
                "pivot_root",
                "chroot",
                "open_tree",
                "move_mount",
                "fsopen",
                "fsconfig",
                "fsmount",
                "fspick",
                "mount_setattr",
                "bpf",
                "keyctl",
                "add_key",
                "request_key",
                "userfaultfd",
                "io_uring_setup",
                "io_uring_enter",
                "io_uring_register",
                "personality",
                "init_module",
                "finit_module",
                "kexec_load",
                "reboot",
                "swapon",
                "acct",
                "quotactl",
                "syslog",
                "sethostname",
                "settimeofday",
                "clock_settime",
                "adjtimex",
                "open_by_handle_at",
                "fanotify_init",
                "modify_ldt",
                "iopl",
                "ioperm",
                "vmsplice",
                "splice",
                "tee",
                "remap_file_pages",
                "mbind",
                "set_mempolicy",
                "statmount",
                "listmount",
                "lsm_get_self_attr",
                "sync",
                "syncfs",
                "vhangup",
                "chdir",
                "fchdir",
                "seccomp",
                "landlock_create_ruleset")) {
            attempts.call(name, 0, 0, 0, 0, 0, 0);
        }
        for (int number : new int[] {468, 469, 470, 500, 1000, 100_000}) {
            attempts.answered("call " + number, Kernel.call(number));
        }
        return attempts;
    }
}

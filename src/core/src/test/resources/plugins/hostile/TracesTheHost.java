package plugins.hostile;

/** Attaches to the host as a debugger does and reaches for its memory and descriptors. */
public class TracesTheHost extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        long host = target.host();
        Attempts attempts = new Attempts();
        for (long request : new long[] {0, 16, 0x4206}) {
            attempts.call("ptrace", request, host, 0, 0);
        }
        attempts.call("process_vm_readv", host, Kernel.zeros(16), 1, Kernel.zeros(16), 1, 0);
        attempts.call("process_vm_writev", host, Kernel.zeros(16), 1, Kernel.zeros(16), 1, 0);
        attempts.call("pidfd_open", host, 0).call("pidfd_getfd", 0, 0, 0).call("kcmp", host, host, 0, 0, 0);
        attempts.call("process_madvise", 0, 0, 0, 0, 0).call("process_mrelease", 0, 0);
        attempts.call("perf_event_open", Kernel.zeros(128), host, -1, -1, 0);
        return attempts.call("move_pages", host, 0, 0, 0, 0, 0).call("migrate_pages", host, 0, 0, 0);
    }
}

package plugins.hostile;

/** Signals the host, its group and everybody, directly and by a pipe that signals its owner. */
public class SignalsTheHost extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        long host = target.host();
        Attempts attempts = new Attempts();
        for (long process : new long[] {host, 0, -1, -host, 1}) {
            attempts.call("kill", process, 0).call("kill", process, 18);
        }
        attempts.call("tkill", host, 0)
                .call("tgkill", host, host, 0)
                .call("rt_sigqueueinfo", host, 18, Kernel.zeros(128));
        attempts.call("rt_tgsigqueueinfo", host, host, 18, Kernel.zeros(128)).call("pidfd_send_signal", 0, 18, 0, 0);
        for (long command : new long[] {8, 10, 15}) {
            attempts.call("fcntl", Wire.descriptor(1), command, host);
        }
        attempts.call("prctl", 1, 0);
        ProcessHandle.of(host).ifPresent(handle -> handle.destroyForcibly());
        return attempts;
    }
}

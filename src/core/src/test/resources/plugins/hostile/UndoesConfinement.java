package plugins.hostile;

/** Takes back what confines it: identities, capabilities, filters. */
public class UndoesConfinement extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        attempts.answered("prctl seccomp", Kernel.call("prctl", 22, 0, 0)).call("seccomp", 1, 0, 0);
        attempts.answered("prctl privileges", Kernel.call("prctl", 38, 0, 0, 0, 0))
                .call("prctl", 1, 9);
        attempts.call("setuid", 0)
                .call("setgid", 0)
                .call("setresuid", 0, 0, 0)
                .call("setreuid", 0, 0)
                .call("setregid", 0, 0);
        attempts.call("setgroups", 0, 0).call("setfsuid", 0).call("setfsgid", 0).call("landlock_restrict_self", 0, 0);
        long header = Kernel.zeros(8);
        Kernel.UNSAFE.putInt(header, 0x20080522);
        long sets = Kernel.zeros(24);
        Kernel.UNSAFE.setMemory(sets, 24, (byte) -1);
        return attempts.call("capset", header, sets);
    }
}

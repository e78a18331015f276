package plugins.hostile;

import java.util.*;

/** Makes processes by each system call that can. */
public class ForksByEveryCall extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        for (String name : List.of("fork", "vfork")) {
            attempts.call(name, Kernel.call(name));
        }
        for (long flags : new long[] {17, 0, 0x4100 | 17, 0x800, 0x20000000, 0x10000000, 0x100}) {
            attempts.answered("clone " + flags, Kernel.call("clone", flags, 0, 0, 0, 0));
        }
        long arguments = Kernel.zeros(88);
        Kernel.UNSAFE.putLong(arguments + 32, 17);
        return attempts.call("clone3", arguments, 88);
    }
}

package plugins.hostile;

import java.util.*;

/** Asks the kernel for sockets of every family and kind, and for pairs of them. */
public class OpensEverySocketFamily extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        for (int family = 0; family <= 46; family++) {
            for (int kind : new int[] {1, 2, 3, 5}) {
                attempts.answered(
                        "socket of family " + family + ", kind " + kind, Kernel.call("socket", family, kind, 0));
            }
            attempts.answered("pair of family " + family, Kernel.call("socketpair", family, 1, 0, Kernel.zeros(8)));
        }
        for (String name : List.of(
                "connect",
                "bind",
                "listen",
                "accept",
                "accept4",
                "sendto",
                "recvfrom",
                "sendmsg",
                "recvmsg",
                "sendmmsg",
                "recvmmsg",
                "shutdown",
                "setsockopt",
                "getsockopt",
                "getsockname",
                "getpeername")) {
            attempts.call(name, Wire.descriptor(1), 0, 0, 0, 0);
        }
        return attempts;
    }
}

package plugins.hostile;

import java.nio.channels.*;

/** Connects to a Unix socket of the host by its path, and to abstract ones. */
public class ConnectsToUnixSockets extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        attempts.attempt(
                "connecting",
                () -> SocketChannel.open(java.net.UnixDomainSocketAddress.of(target.socket()))
                        .close());
        attempts.attempt(
                "listening",
                () -> ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
                        .bind(java.net.UnixDomainSocketAddress.of(
                                context.directory().resolve("s"))));
        for (int kind : new int[] {1, 2, 5}) {
            attempts.answered("a Unix socket", Kernel.call("socket", 1, kind, 0));
        }
        long abstractName = Kernel.zeros(16);
        Kernel.UNSAFE.putShort(abstractName, (short) 1);
        Kernel.UNSAFE.putByte(abstractName + 3, (byte) 'x');
        return attempts.call("connect", Wire.descriptor(1), abstractName, 16).call("connect", 0, abstractName, 16);
    }
}

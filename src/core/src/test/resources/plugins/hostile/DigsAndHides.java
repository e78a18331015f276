package plugins.hostile;

/** Digs folders deeper than a path can be, and puts its files at the bottom. */
public class DigsAndHides extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        long folder = Kernel.open(context.directory(), 0x10000);
        long name = Kernel.text("d".repeat(200));
        for (int depth = 0; depth < 40; depth++) {
            Kernel.call("mkdirat", folder, name, 0700);
            folder = Kernel.call("openat", folder, name, 0x10000, 0);
        }
        for (int file = 0; file < 16; file++) {
            long opened = Kernel.call("openat", folder, Kernel.text("file" + file), 0102, 0600);
            Kernel.call("write", opened, Kernel.zeros(1 << 20), 1 << 20);
            Kernel.call("close", opened);
        }
        hang();
        return null;
    }
}

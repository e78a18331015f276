package plugins.hostile;

import java.nio.file.*;
import java.util.*;

/** Opens devices, makes some, and speaks to what it has been given as to a terminal. */
public class OpensDevices extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        for (String name : List.of(
                "mem",
                "kmsg",
                "port",
                "tty",
                "console",
                "ptmx",
                "fuse",
                "kvm",
                "net/tun",
                "loop-control",
                "vda",
                "sda",
                "zero",
                "full",
                "shm",
                "pts")) {
            attempts.read(Path.of("/dev", name)).write(Path.of("/dev", name));
        }
        attempts.write(Path.of("/dev/urandom"));
        long path = Kernel.text(context.directory().resolve("made").toString());
        attempts.answered("a device", Kernel.call("mknodat", -100, path, 0020600, 0x101));
        attempts.answered("a disk", Kernel.call("mknodat", -100, path, 0060600, 0x800));
        attempts.answered("a socket", Kernel.call("mknodat", -100, path, 0140600, 0));
        attempts.answered("a named pipe", Kernel.call("mknodat", -100, path, 0010600, 0));
        attempts.answered("TIOCSTI", Kernel.call("ioctl", 2, 0x5412, Kernel.text("x")));
        attempts.answered("TIOCLINUX", Kernel.call("ioctl", 2, 0x541c, Kernel.text("x")));
        return attempts.answered("FIOSETOWN", Kernel.call("ioctl", Wire.descriptor(1), 0x8901, Kernel.zeros(8)));
    }
}

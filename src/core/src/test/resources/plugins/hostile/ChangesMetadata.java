package plugins.hostile;

import java.nio.file.*;
import java.util.*;

/** Changes modes, owners, times and attributes, of others and of its own files. */
public class ChangesMetadata extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Path own = Files.writeString(context.directory().resolve("own"), "own");
        Attempts attempts = new Attempts();
        for (Path path : List.of(own, target.treasure(), target.jar())) {
            long name = Kernel.text(path.toString());
            attempts.call("chmod", name, 04777)
                    .call("fchmodat", -100, name, 0777)
                    .call("fchmodat2", -100, name, 0777, 0);
            attempts.call("chown", name, 0, 0)
                    .call("fchownat", -100, name, 0, 0, 0)
                    .call("utimensat", -100, name, 0, 0);
            attempts.call("setxattr", name, Kernel.text("user.x"), Kernel.text("x"), 1, 0);
        }
        long descriptor = Kernel.open(target.jar(), 0);
        attempts.call("fchmod", descriptor, 0777)
                .call("fsetxattr", descriptor, Kernel.text("user.x"), Kernel.text("x"), 1, 0);
        attempts.answered("FS_IOC_SETFLAGS", Kernel.call("ioctl", descriptor, 0x40086602, Kernel.zeros(8)));
        attempts.answered("a lease on its package", Kernel.call("fcntl", descriptor, 1024, 0));
        attempts.answered("a watch on its package", Kernel.call("fcntl", descriptor, 1026, 1));
        return attempts.call("name_to_handle_at", -100, Kernel.text("/"), Kernel.zeros(256), Kernel.zeros(8), 0);
    }
}

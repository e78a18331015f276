package plugins.hostile;

import java.nio.file.*;
import java.util.*;

/** Reads what belongs to the machine, to the host and to other plugins. */
public class ReadsFilesOutside extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        for (String path : List.of(
                "/etc/passwd",
                "/etc/shadow",
                "/etc/hosts",
                "/",
                "/etc",
                "/root",
                "/home",
                "/tmp",
                "/var/log",
                "/usr/bin/env")) {
            attempts.read(Path.of(path));
        }
        Path own = context.directory();
        attempts.read(own.resolve(".."))
                .read(own.getParent())
                .read(target.treasure())
                .read(target.outside());
        attempts.read(own.resolve("../../../../../../../../etc/passwd"));
        attempts.attempt("copying", () -> Files.copy(target.treasure(), own.resolve("copy")));
        long how = Kernel.zeros(24);
        return attempts.call("openat2", -100, Kernel.text(target.treasure().toString()), how, 24);
    }
}

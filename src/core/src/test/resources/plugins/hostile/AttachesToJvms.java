package plugins.hostile;

import java.io.*;
import java.nio.file.*;
import java.util.*;

/** Attaches to itself and to the host as a tool does. */
public class AttachesToJvms extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        attempts.attempt("a trigger for the host", () -> Files.createFile(Path.of("/tmp/.attach_pid" + target.host())));
        attempts.attempt(
                "a trigger in the folder of the host",
                () -> Files.createFile(Path.of("/proc/" + target.host() + "/cwd/.attach_pid" + target.host())));
        for (String name : List.of("sun.tools.attach.VirtualMachineImpl", "com.sun.tools.attach.VirtualMachine")) {
            for (String process : List.of(
                    String.valueOf(target.host()),
                    String.valueOf(ProcessHandle.current().pid()))) {
                attempts.attempt("attaching to " + process, () -> {
                    try {
                        Class<?> machine = Class.forName(name);
                        machine.getMethod("attach", String.class).invoke(null, process);
                    } catch (ReflectiveOperationException refused) {
                        throw new IOException(refused);
                    }
                });
            }
        }
        return attempts;
    }
}

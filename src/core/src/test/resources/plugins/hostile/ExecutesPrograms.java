package plugins.hostile;

import java.nio.file.*;

/** Runs programs by the JDK and by each system call, also one that is in memory only. */
public class ExecutesPrograms extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts()
                .attempt("a builder", () -> new ProcessBuilder("/bin/true").start())
                .attempt("the runtime", () -> Runtime.getRuntime().exec(new String[] {"/bin/sh", "-c", "true"}))
                .attempt(
                        "the JVM",
                        () -> new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-version").start());
        long program = Kernel.text("/bin/true");
        long arguments = Kernel.zeros(16);
        Kernel.UNSAFE.putLong(arguments, program);
        Path own = Files.copy(
                Path.of(System.getProperty("java.home"), "release"),
                context.directory().resolve("program"));
        attempts.call("execve", program, arguments, 0).call("execve", Kernel.text(own.toString()), arguments, 0);
        attempts.call("execveat", -100, program, arguments, 0, 0);
        attempts.call("memfd_create", Kernel.text("program"), 0);
        return attempts.call("execveat", Kernel.open(own, 0), Kernel.text(""), arguments, 0, 0x1000);
    }
}

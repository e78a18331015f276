package plugins.hostile;

import java.nio.file.*;

/** Loads a library, one of the machine and one of its own. */
public class LoadsNativeCode extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Path own = Files.write(context.directory().resolve("libown.so"), new byte[] {0x7f, 'E', 'L', 'F'});
        return new Attempts()
                .attempt("a library by name", () -> System.loadLibrary("own"))
                .attempt("a library by path", () -> System.load(own.toString()))
                .attempt(
                        "a library by the runtime",
                        () -> Runtime.getRuntime().load("/usr/lib/x86_64-linux-gnu/libc.so.6"));
    }
}

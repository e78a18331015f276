package plugins.hostile;

import java.io.*;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;

/** Tries what must be refused and remembers what was not. */
final class Attempts {

    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int EXDEV = 18;
    private static final int ENOSYS = 38;

    private final List<String> through = new ArrayList<>();

    interface Attempt {

        void run() throws Throwable;
    }

    /** Through the JDK. What fails for another reason than a refusal is a mistake in the attack. */
    Attempts attempt(String what, Attempt attempt) throws Throwable {
        try {
            attempt.run();
            through.add(what);
        } catch (NoSuchFileException absent) {
            through.add(what + ": " + absent);
        } catch (IOException
                | UncheckedIOException
                | SecurityException
                | UnsupportedOperationException
                | IllegalCallerException
                | LinkageError refused) {
            // as it must be
        }
        return this;
    }

    /** By a raw system call: the negated errno is that of a refusal, of confinement and not of the arguments. */
    Attempts answered(String what, long answer) {
        if (answer != -EPERM && answer != -EACCES && answer != -EXDEV && answer != -ENOSYS) {
            through.add(what + " answered " + answer);
        }
        return this;
    }

    /** The same by the name of the call. */
    Attempts call(String name, long... arguments) {
        return answered(name, Kernel.call(name, arguments));
    }

    /** Reading a path, in three ways, where it exists. */
    Attempts read(Path path) throws Throwable {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return this;
        }
        if (Files.isDirectory(path)) {
            attempt("listing " + path, () -> {
                try (var entries = Files.newDirectoryStream(path)) {
                    entries.iterator().hasNext();
                }
            });
            return answered("opening the folder " + path, Kernel.open(path, 0x10000));
        }
        attempt("reading " + path, () -> Files.newInputStream(path).close());
        attempt("mapping " + path, () -> FileChannel.open(path).close());
        return answered("opening " + path, Kernel.open(path, 0));
    }

    /** Writing to a path, in two ways, where it exists. */
    Attempts write(Path path) throws Throwable {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path)) {
            return this;
        }
        attempt(
                "writing " + path,
                () -> Files.newOutputStream(path, StandardOpenOption.WRITE).close());
        return answered("opening to write " + path, Kernel.open(path, 1));
    }

    List<String> through() {
        return List.copyOf(through);
    }
}

package plugins.hostile;

import java.nio.file.*;

/** Looks for the memory that host and child share, to shorten it or to make holes in it. */
public class TearsSharedMemory extends Attack {

    private static final int REMOVE_PAGES = 9;

    @Override
    Object attack(Target target) throws Throwable {
        return new Attempts()
                .call("madvise", 0, 0, REMOVE_PAGES)
                .call("madvise", Kernel.zeros(4096) & -4096, 4096, REMOVE_PAGES)
                .attempt(
                        "listing /dev/shm",
                        () -> Files.list(Path.of("/dev/shm")).toList());
    }
}

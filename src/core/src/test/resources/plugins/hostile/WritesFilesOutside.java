package plugins.hostile;

import java.nio.file.*;
import java.util.*;

/** Writes, makes, renames, shortens and deletes outside its folder. */
public class WritesFilesOutside extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts().write(target.treasure()).write(target.jar());
        for (Path folder :
                List.of(target.outside(), Path.of("/tmp"), Path.of("/dev/shm"), Path.of("/var/tmp"), Path.of("/etc"))) {
            if (Files.isDirectory(folder)) {
                Path path = folder.resolve("dataprism-was-here");
                attempts.attempt("making " + path, () -> Files.createFile(path));
                attempts.attempt("making the folder " + path, () -> Files.createDirectory(path));
                attempts.call("mkdirat", -100, Kernel.text(path.toString()), 0700);
                attempts.answered("an unnamed file in " + folder, Kernel.open(folder, 0x410000 | 2));
            }
        }
        Path own = Files.writeString(context.directory().resolve("own"), "own");
        attempts.attempt("deleting", () -> Files.delete(target.treasure()));
        attempts.attempt("moving out", () -> Files.move(own, target.outside().resolve("own")));
        attempts.attempt(
                "moving in",
                () -> Files.move(target.treasure(), context.directory().resolve("in")));
        attempts.call("truncate", Kernel.text(target.treasure().toString()), 0);
        return attempts.call("unlinkat", -100, Kernel.text(target.treasure().toString()), 0);
    }
}

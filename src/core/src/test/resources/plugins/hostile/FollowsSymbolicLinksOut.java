package plugins.hostile;

import java.nio.file.*;

/** Makes symbolic links in its folder and goes through them. */
public class FollowsSymbolicLinksOut extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Path file = Files.createSymbolicLink(context.directory().resolve("file"), target.treasure());
        Path folder = Files.createSymbolicLink(context.directory().resolve("folder"), target.outside());
        Path root = Files.createSymbolicLink(context.directory().resolve("root"), Path.of("/"));
        Attempts attempts = new Attempts().read(file).write(file).read(folder).read(root);
        attempts.read(root.resolve("etc/passwd"));
        attempts.attempt("making through a link", () -> Files.createFile(folder.resolve("made")));
        return attempts.attempt(
                "linking outside",
                () -> Files.createSymbolicLink(target.outside().resolve("l"), file));
    }
}

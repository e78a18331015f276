package plugins.hostile;

import java.nio.file.*;
import java.util.*;

/** Names files with all that a name can hold: lengths, line ends, dots. */
public class NamesFilesHugely extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        Path folder = context.directory();
        for (String name :
                List.of("n".repeat(255), "line\nend", " ", "-rf", "\u001b[2J", "..x", "(deleted)", "x (deleted)")) {
            Files.writeString(folder.resolve(name), "x");
        }
        attempts.attempt("a name of 256", () -> Files.writeString(folder.resolve("n".repeat(256)), "x"));
        return attempts.attempt("a path of 5000", () -> Files.writeString(folder.resolve("n/".repeat(2500)), "x"));
    }
}

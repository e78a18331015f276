package plugins.hostile;

import java.nio.file.*;

/** Makes empty files without end. */
public class FillsInodes extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        for (int file = 0; file < 40_000; file++) {
            Files.createFile(context.directory().resolve("empty" + file));
        }
        hang();
        return null;
    }
}

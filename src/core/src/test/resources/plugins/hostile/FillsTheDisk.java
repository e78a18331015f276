package plugins.hostile;

import java.nio.file.*;

/** Fills its folder with files. */
public class FillsTheDisk extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        for (int file = 0; file < 1000; file++) {
            Files.write(context.directory().resolve("file" + file), new byte[1 << 20]);
        }
        hang();
        return null;
    }
}

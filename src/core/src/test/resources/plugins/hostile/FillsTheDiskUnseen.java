package plugins.hostile;

import java.nio.file.*;
import java.util.*;

/** Deletes its files and keeps them open. */
public class FillsTheDiskUnseen extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        List<Object> kept = new ArrayList<>();
        for (int file = 0; file < 40; file++) {
            Path path = Files.write(context.directory().resolve("file" + file), new byte[1 << 20]);
            kept.add(Files.newInputStream(path));
            Files.delete(path);
        }
        hang();
        return kept;
    }
}

package plugins.hostile;

import java.io.*;
import java.nio.file.*;
import java.util.*;

/** Opens files without end. */
public class OpensTooManyFiles extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        List<Object> kept = new ArrayList<>();
        try {
            for (int file = 0; file < 5000; file++) {
                kept.add(Files.newOutputStream(context.directory().resolve("open")));
            }
        } catch (IOException refused) {
            return List.of();
        }
        return List.of(kept.size() + " open files");
    }
}

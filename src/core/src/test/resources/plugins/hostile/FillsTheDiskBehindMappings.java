package plugins.hostile;

import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;

/** Deletes its files, closes them, and keeps a page of each mapped. */
public class FillsTheDiskBehindMappings extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        List<Object> kept = new ArrayList<>();
        for (int file = 0; file < 100; file++) {
            Path path = Files.write(context.directory().resolve("file" + file), new byte[1 << 20]);
            try (FileChannel channel = FileChannel.open(path)) {
                kept.add(channel.map(FileChannel.MapMode.READ_ONLY, 0, 1 << 20));
            }
            Files.delete(path);
        }
        hang();
        return kept;
    }
}

package plugins.hostile;

import java.nio.*;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;

/** Maps a file of its folder over and over and touches every page. */
public class FillsMappedFiles extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Path path = Files.write(context.directory().resolve("mapped"), new byte[1 << 20]);
        List<MappedByteBuffer> kept = new ArrayList<>();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int map = 0; map < 1000; map++) {
                MappedByteBuffer mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, 1 << 20);
                for (int at = 0; at < mapped.capacity(); at += 4096) {
                    mapped.put(at, (byte) map);
                }
                kept.add(mapped);
            }
        }
        return "1 GiB of one MiB";
    }
}

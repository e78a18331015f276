package io.dataprism.load.child;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the kernel says that a process has now.
 *
 * @param residentBytes shared pages included
 * @param proportionalBytes a shared page counts by how many share it
 * @param descriptors that it has open
 */
public record ProcessMemory(long residentBytes, long proportionalBytes, long descriptors, long threads) {

    /** Looks; blocks for a moment. */
    public static ProcessMemory of(long pid) throws IOException {
        Path folder = Path.of("/proc", Long.toString(pid));
        List<String> sizes = Files.readAllLines(folder.resolve("smaps_rollup"));
        return new ProcessMemory(
                kibibytes(sizes, "Rss:"),
                kibibytes(sizes, "Pss:"),
                count(folder.resolve("fd")),
                count(folder.resolve("task")));
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    private static long kibibytes(List<String> lines, String name) throws IOException {
        for (String line : lines) {
            if (line.startsWith(name)) {
                return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/.../smaps_rollup has no " + name);
    }
}

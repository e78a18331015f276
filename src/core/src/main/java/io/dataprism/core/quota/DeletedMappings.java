package io.dataprism.core.quota;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files that a process has deleted and closed, and that live on in its memory: they take the disk, and no folder shows them. */
final class DeletedMappings {

    private static final String DELETED = " (deleted)";

    /** Addresses, rights, offset, device, inode, path. */
    private static final Pattern MAPPING =
            Pattern.compile("([0-9a-f]+)-([0-9a-f]+) \\S+ ([0-9a-f]+) (\\S+ \\d+)\\s+(/.*)");

    private DeletedMappings() {}

    /**
     * Counts each file once, up to the end of what is mapped of it: what lies behind cannot be seen, and a page mapped counts for a
     * page. Blocks.
     *
     * @param maps of a process, as the kernel writes it; nothing where it has ended
     */
    static long bytes(Path folder, Path maps) {
        Map<String, Long> ends = new HashMap<>();
        try (BufferedReader lines = Files.newBufferedReader(maps, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher mapping = MAPPING.matcher(line);
                if (line.endsWith(DELETED)
                        && mapping.matches()
                        && mapping.group(5).startsWith(latin(folder))) {
                    long end = hex(mapping, 3) + hex(mapping, 2) - hex(mapping, 1);
                    ends.merge(mapping.group(4), end, Math::max);
                }
            }
        } catch (IOException ended) {
            return 0;
        }
        return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String latin(Path folder) {
        return new String(folder.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static long hex(Matcher mapping, int group) {
        return Long.parseUnsignedLong(mapping.group(group), 16);
    }
}

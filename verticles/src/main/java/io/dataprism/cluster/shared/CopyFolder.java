package io.dataprism.cluster.shared;

import io.dataprism.core.catalog.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A map's copy on this node's disk: a file for each key, named by it in base64, with the format's number and what is sealed. Blocks. */
final class CopyFolder {

    /** Of a key, so that its file has a legal name. */
    static final int LONGEST_KEY_BYTES = 186;

    private static final Logger LOG = LoggerFactory.getLogger(CopyFolder.class);
    private static final byte FORMAT = 1;
    private static final String ASIDE = ".damaged"; // no base64 has a dot

    private final Path folder;

    CopyFolder(Path folder) {
        try {
            this.folder = Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("What is shared cannot be kept in " + folder, e);
        }
    }

    static boolean isKey(String key) {
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        return bytes > 0 && bytes <= LONGEST_KEY_BYTES;
    }

    void write(String key, byte[] sealed) throws IOException {
        byte[] whole = new byte[1 + sealed.length];
        whole[0] = FORMAT;
        System.arraycopy(sealed, 0, whole, 1, sealed.length);
        DurableFiles.write(folder.resolve(fileName(key)), whole);
    }

    /**
     * Reads all.
     *
     * @param taken is given a key and what is sealed; where it answers false, the file is put aside, as those are that no key has
     */
    void read(BiPredicate<String, byte[]> taken) {
        for (Path file : files()) {
            try {
                String name = file.getFileName().toString();
                if (name.startsWith(".")) {
                    Files.delete(file); // was being written when the process ended
                } else if (!name.endsWith(ASIDE) && !isTaken(name, Files.readAllBytes(file), taken)) {
                    Path aside = file.resolveSibling(name + ASIDE);
                    Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
                    LOG.error(
                            "The copy {} is damaged, or sealed with another key, and is put aside as {}", file, aside);
                }
            } catch (IOException unreadable) {
                LOG.error("The copy {} cannot be read; other nodes may have it", file, unreadable);
            }
        }
    }

    private static boolean isTaken(String name, byte[] whole, BiPredicate<String, byte[]> taken) {
        if (whole.length < 1 || whole[0] != FORMAT) {
            return false;
        }
        try {
            String key = new String(Base64.getUrlDecoder().decode(name), StandardCharsets.UTF_8);
            return taken.test(key, Arrays.copyOfRange(whole, 1, whole.length));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("What is shared cannot be read in " + folder, e);
        }
    }

    private static String fileName(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }
}

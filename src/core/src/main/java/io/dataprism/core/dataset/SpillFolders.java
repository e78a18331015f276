package io.dataprism.core.dataset;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the engine overflows to: a folder for each start of it in the life of a process, for the one before may still be at work,
 * and empties its own in the end. Blocks.
 */
final class SpillFolders {

    private static final String FIRST = "spill";
    private static final String LATER = "spill-";

    private SpillFolders() {}

    /** The folder of the engine that was started anew so often. */
    static Path of(Path data, int restarts) {
        return data.resolve(restarts == 0 ? FIRST : LATER + restarts);
    }

    /** Deletes what a killed process left of its later ones. Before the first is opened. */
    static void sweep(Path data) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(data, LATER + "*")) {
            for (Path leftover : leftovers) {
                delete(leftover);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}

package io.dataprism.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** The folders that plugins may write to, one for each name, for as long as the plugin is registered. Every method blocks. */
record PluginFolders(Path dataDirectory) {

    /** The plugin's own folder, made if it is missing. */
    Path open(String name) {
        try {
            return Files.createDirectories(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes the folder of a plugin that has ended, with all that it wrote; links in it are deleted, not followed. */
    void delete(String name) {
        Path folder = path(name);
        try {
            if (Files.isDirectory(folder)) {
                Files.walkFileTree(folder, new Deletion());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path path(String name) {
        return dataDirectory.resolve("plugins").resolve(name).toAbsolutePath();
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}

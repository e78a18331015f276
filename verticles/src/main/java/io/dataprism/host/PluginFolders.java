package io.dataprism.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
                FolderRemoval.remove(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path path(String name) {
        return dataDirectory.resolve("plugins").resolve(name).toAbsolutePath();
    }
}

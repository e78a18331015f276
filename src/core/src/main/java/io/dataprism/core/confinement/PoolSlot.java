package io.dataprism.core.confinement;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of a child that waits for its plugin. What a child may reach was said before it was started, and the kernel took note of
 * the folders themselves, not of their names: so the folder that becomes the plugin's own takes that one's name, and a link takes its
 * place.
 *
 * @param folder of the slot: holds the two others
 */
record PoolSlot(Path folder) {

    private static final Logger LOG = LoggerFactory.getLogger(PoolSlot.class);

    /** Makes an empty one. */
    static PoolSlot in(Path pool) throws IOException {
        PoolSlot slot = new PoolSlot(pool.resolve(UUID.randomUUID().toString()).toAbsolutePath());
        Files.createDirectories(slot.own());
        Files.createDirectories(slot.code());
        return slot;
    }

    /** The child may read and write there. */
    Path own() {
        return folder.resolve("own");
    }

    /** The child may read there. */
    Path code() {
        return folder.resolve("code");
    }

    /** Where the plugin's jar will lie. */
    Path packageFile() {
        return code().resolve("plugin.jar");
    }

    ChildReach reach() {
        return new ChildReach(code(), own(), List.of(), false);
    }

    /**
     * Becomes the slot of a plugin.
     *
     * @param directory the plugin's folder: empty, and no process at work in it
     * @return false where the folder is not empty or cannot be replaced; nothing has changed then
     */
    boolean assign(Path packageFile, Path directory) throws IOException {
        try {
            Files.move(own(), directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException notEmpty) {
            LOG.debug("The folder {} is not one that a waiting child can take", directory, notEmpty);
            return false;
        }
        Files.createSymbolicLink(own(), directory.toAbsolutePath());
        try {
            Files.createLink(packageFile(), packageFile);
        } catch (IOException | UnsupportedOperationException elsewhere) {
            Files.copy(packageFile, packageFile());
        }
        return true;
    }

    /** Removes it; what the plugin has written is in the plugin's folder. After the child has ended. */
    void remove() {
        remove(folder);
    }

    /** Removes all that is in a folder, and itself; links are removed, not followed. */
    static void remove(Path folder) {
        try {
            if (Files.isDirectory(folder)) {
                Files.walkFileTree(folder, new Removal());
            }
        } catch (IOException left) {
            LOG.warn("The folder {} of a child that waited cannot be removed", folder, left);
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path emptied, @Nullable IOException failure) throws IOException {
            Files.delete(emptied);
            return FileVisitResult.CONTINUE;
        }
    }
}

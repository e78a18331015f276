package io.dataprism.host;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Deletes a folder, whatever a hostile owner made of it: folders deeper than a path can be come up until they are within reach,
 * and closed ones are opened. Links are deleted, not followed. Nobody else may be at work in it. Blocks.
 */
final class FolderRemoval {

    private final Path top;
    private long raised;

    private FolderRemoval(Path top) {
        this.top = top;
    }

    /** Deletes it with all that is in it. */
    static void remove(Path folder) throws IOException {
        FolderRemoval removal = new FolderRemoval(folder);
        try {
            while (removal.removeNearest()) {
                // what came up is the nearest now
            }
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
        Files.delete(folder);
    }

    /** Deletes the entries, after the folders in them have come up. @return whether there were any */
    private boolean removeNearest() throws IOException {
        boolean any = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(top)) {
            for (Path entry : entries) {
                any = true;
                if (isFolder(entry)) {
                    raiseFoldersOf(entry);
                }
                Files.delete(entry);
            }
        }
        return any;
    }

    private void raiseFoldersOf(Path folder) throws IOException {
        open(folder);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (isFolder(entry)) {
                    open(entry);
                    raise(entry);
                } else {
                    Files.delete(entry);
                }
            }
        }
    }

    private void raise(Path folder) throws IOException {
        while (true) {
            try {
                Files.move(folder, top.resolve("removed-" + raised++));
                return;
            } catch (FileAlreadyExistsException taken) {
                // the plugin had that name already
            }
        }
    }

    private static boolean isFolder(Path entry) {
        return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
    }

    private static void open(Path folder) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(folder, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        boolean closed = !Files.isWritable(folder) || !Files.isReadable(folder) || !Files.isExecutable(folder);
        if (closed && view != null) {
            view.setPermissions(PosixFilePermissions.fromString("rwx------"));
        }
    }
}

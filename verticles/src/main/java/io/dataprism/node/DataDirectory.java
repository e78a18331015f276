package io.dataprism.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The data folder of a node, made if it is missing (mode 0700) and locked for as long as the node runs, so that two nodes never
 * write to one folder. Opening and closing block for a moment: not on an event loop.
 */
final class DataDirectory implements AutoCloseable {

    private static final String LOCK = "node.lock";

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Opens and locks the folder.
     *
     * @throws NodeStartException where it cannot be made or written to, or another node has it
     */
    static DataDirectory open(Path path) throws NodeStartException {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel channel =
                    FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new NodeStartException(
                        "another node runs on the data folder " + path
                                + ": stop it, or give this one a folder of its own with --data-dir.",
                        null);
            }
            return new DataDirectory(path, channel, lock);
        } catch (IOException e) {
            throw new NodeStartException(
                    "cannot write to the data folder " + path + " ("
                            + e.getClass().getSimpleName() + "): make it writable, or choose another with --data-dir.",
                    e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }

    Path path() {
        return path;
    }

    /** The id of the node of this folder, made at its first start. */
    String nodeId() throws NodeStartException {
        try {
            return NodeIdFile.openOrCreate(path, path.resolve(LOCK));
        } catch (IOException e) {
            throw new NodeStartException(
                    "cannot read or write " + path.resolve("node.id")
                            + ": make it readable and its folder writable, or choose another with --data-dir.",
                    e);
        }
    }

    /** A folder in it, made if it is missing. */
    Path folder(String name) throws NodeStartException {
        Path folder = path.resolve(name);
        try {
            Files.createDirectories(folder);
            return folder;
        } catch (IOException e) {
            throw new NodeStartException(
                    "cannot make " + folder
                            + " in the data folder: make it writable, or choose another with --data-dir.",
                    e);
        }
    }

    /** A folder for files that do not outlive what uses them: made, and emptied of those that a crash left. */
    Path emptiedFolder(String name) throws NodeStartException {
        Path folder = folder(name);
        try (DirectoryStream<Path> leftFiles = Files.newDirectoryStream(folder)) {
            for (Path file : leftFiles) {
                Files.delete(file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new NodeStartException(
                    "cannot empty " + folder
                            + " of what a crash left: make it writable, or choose another with --data-dir.",
                    e);
        }
        return folder;
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}

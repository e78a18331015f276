package io.dataprism.core.quota;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What a folder holds, links not followed.
 *
 * @param bytes of its files
 * @param entries files, folders and links
 * @param closed a folder in it that cannot be looked into, too deep or without the right to list it; null: none
 */
record FolderSize(long bytes, long entries, @Nullable String closed) {

    private static final String DELETED = " (deleted)";
    private static final int LONGEST_PATH = 200;

    /**
     * Counts, and stops counting beyond a number of entries; with the files that a process has deleted and still has open
     * or mapped. Blocks.
     */
    static FolderSize of(Path folder, long processId, long mostEntries) throws IOException {
        Count count = new Count(mostEntries);
        Files.walkFileTree(folder, count);
        Path process = Path.of("/proc/" + processId);
        long deleted =
                deletedBytes(folder, process.resolve("fd")) + DeletedMappings.bytes(folder, process.resolve("maps"));
        return new FolderSize(count.bytes + deleted, count.entries, count.closed);
    }

    private static long deletedBytes(Path folder, Path descriptors) {
        long bytes = 0;
        try (DirectoryStream<Path> each = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : each) {
                bytes += deletedBytes(folder.toString(), descriptor);
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return bytes;
        }
        return bytes;
    }

    private static long deletedBytes(String folder, Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith(folder) && target.endsWith(DELETED) ? Files.size(descriptor) : 0;
        } catch (IOException closed) {
            return 0;
        }
    }

    private static final class Count extends SimpleFileVisitor<Path> {

        private final long mostEntries;
        private long bytes;
        private long entries;
        private @Nullable String closed;

        Count(long mostEntries) {
            this.mostEntries = mostEntries;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return counted(0);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return counted(attributes.size());
        }

        @Override
        public FileVisitResult visitFileFailed(Path entry, IOException failure) {
            return failed(entry, failure);
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
            return failure == null ? FileVisitResult.CONTINUE : failed(folder, failure);
        }

        /** What is gone by now is nothing; what cannot be seen may be anything. */
        private FileVisitResult failed(Path entry, IOException failure) {
            if (failure instanceof NoSuchFileException || failure instanceof NotDirectoryException) {
                return FileVisitResult.CONTINUE;
            }
            String path = entry.toString();
            closed = path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH) + "...";
            return FileVisitResult.TERMINATE;
        }

        private FileVisitResult counted(long size) {
            bytes += size;
            entries++;
            return entries > mostEntries ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }
    }
}

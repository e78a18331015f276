package io.dataprism.core.quota;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What a folder holds, links not followed.
 *
 * @param bytes of its files
 * @param entries files, folders and links
 */
record FolderSize(long bytes, long entries) {

    private static final String DELETED = " (deleted)";

    /**
     * Counts, and stops counting beyond a number of entries; with the files that a process has deleted and still has open. Blocks.
     */
    static FolderSize of(Path folder, long processId, long mostEntries) throws IOException {
        Count count = new Count(mostEntries);
        Files.walkFileTree(folder, count);
        return new FolderSize(count.bytes + deletedBytes(folder, Path.of("/proc/" + processId + "/fd")), count.entries);
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
        public FileVisitResult visitFileFailed(Path gone, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException changed) {
            return FileVisitResult.CONTINUE;
        }

        private FileVisitResult counted(long size) {
            bytes += size;
            entries++;
            return entries > mostEntries ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }
    }
}

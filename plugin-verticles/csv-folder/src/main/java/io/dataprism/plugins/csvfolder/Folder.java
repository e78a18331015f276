package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.PluginException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.zip.ZipException;

/**
 * The one folder that the operator has opened. Only the regular files in it count: no folders, and no links, wherever they lead. Any
 * thread; blocks.
 */
record Folder(Path path) {

    private static final int MOST_FILES = 1_000;
    private static final String TEMPORARY = ".dataprism-";

    /** The CSV files, by name. */
    List<CsvFile> files() {
        List<CsvFile> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(path)) {
            for (Path each : all) {
                String name = each.getFileName().toString();
                if (CsvFile.isOne(name) && Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(new CsvFile(name));
                }
                if (files.size() > MOST_FILES) {
                    throw new PluginException(
                            "QUOTA_EXCEEDED",
                            "The folder has more than " + MOST_FILES
                                    + " CSV files; move those that are done with away.");
                }
            }
        } catch (IOException failure) {
            throw failed("list", path.getFileName().toString(), failure);
        }
        files.sort(Comparator.comparing(CsvFile::name));
        return files;
    }

    /** Size and time; fails with {@code REQUEST_INVALID} where there is no such regular file. */
    FileState state(CsvFile file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(
                    path.resolve(file.name()), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                throw PluginException.invalidParameter(
                        "table", "names '" + file + "', which is a link or something else that is no file");
            }
            return FileState.of(attributes);
        } catch (IOException failure) {
            throw failed("look at", file.name(), failure);
        }
    }

    /** Opens a file for reading: whatever takes its name later, the content stays that of this file. */
    CsvSource open(CsvFile file) {
        FileState state = state(file);
        try {
            return new CsvSource(
                    FileChannel.open(path.resolve(file.name()), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS),
                    file,
                    state);
        } catch (IOException failure) {
            throw failed("open", file.name(), failure);
        }
    }

    boolean has(CsvFile file) {
        return Files.exists(path.resolve(file.name()), LinkOption.NOFOLLOW_LINKS);
    }

    /** A new file beside the others, which nobody takes for one of them. */
    Path temporary() {
        return path.resolve(TEMPORARY + UUID.randomUUID());
    }

    /**
     * Deletes what writes that were cut short have left.
     *
     * @param unused for how long at least nobody has written to it: a write that is under way, here or in another process, is
     *     no leftover
     */
    void sweep(Duration unused) {
        Instant before = Instant.now().minus(unused);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(path, TEMPORARY + "*")) {
            for (Path each : left) {
                BasicFileAttributes attributes =
                        Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isRegularFile()
                        && attributes.lastModifiedTime().toInstant().isBefore(before)) {
                    Files.deleteIfExists(each);
                }
            }
        } catch (IOException failure) {
            throw failed("sweep", TEMPORARY + "*", failure);
        }
    }

    /** Gives a file that is whole its name, in one step, whether or not another has it. */
    void replace(Path temporary, CsvFile as) {
        try {
            Files.move(temporary, path.resolve(as.name()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw failed("write", as.name(), failure);
        }
    }

    /** The same where no other has the name, however late it took it: else {@code REQUEST_INVALID}. */
    void create(Path temporary, CsvFile as) {
        Path name = path.resolve(as.name());
        try {
            link(temporary, name);
        } catch (FileAlreadyExistsException there) {
            throw taken(as);
        } catch (IOException failure) {
            throw failed("write", as.name(), failure);
        }
    }

    /** Where the file system has no links, the name is taken first: for a moment it is that of an empty file. */
    private static void link(Path temporary, Path name) throws IOException {
        try {
            Files.createLink(name, temporary);
        } catch (FileAlreadyExistsException there) {
            throw there;
        } catch (FileSystemException | UnsupportedOperationException noLinks) {
            Files.createFile(name);
            try {
                Files.move(temporary, name, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException failure) {
                Files.deleteIfExists(name);
                throw failure;
            }
        }
    }

    static PluginException taken(CsvFile file) {
        return new PluginException(
                "REQUEST_INVALID", "The file '" + file + "' is there already; mode 'replace' writes it anew.");
    }

    static PluginException failed(String doing, String name, IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing ->
                new PluginException("REQUEST_INVALID", "There is no file '" + name + "' in the folder.", failure);
            case AccessDeniedException refused ->
                new PluginException(
                        "PERMISSION_DENIED",
                        "The folder does not let this plugin " + doing + " '" + name
                                + "': grant storage execute 'mount:csv' for writing; storage read is for reading alone.",
                        failure);
            case ZipException broken ->
                new PluginException(
                        "REQUEST_INVALID", "The file '" + name + "' is broken: " + broken.getMessage() + ".", failure);
            case EOFException broken ->
                new PluginException(
                        "REQUEST_INVALID", "The file '" + name + "' ends before its packed content does.", failure);
            default ->
                new PluginException("PLUGIN_FAILED", "To " + doing + " '" + name + "' failed: " + failure, failure);
        };
    }
}

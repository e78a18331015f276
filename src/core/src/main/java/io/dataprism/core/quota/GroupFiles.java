package io.dataprism.core.quota;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files and folders of control groups. The kernel makes the files of a folder, and takes them away with it. */
final class GroupFiles {

    private static final Logger LOG = LoggerFactory.getLogger(GroupFiles.class);
    private static final Pattern NODE = Pattern.compile("dataprism-([0-9]{1,10})(-.*)?");

    private static final AtomicInteger NODES = new AtomicInteger();

    private GroupFiles() {}

    /** A name for the folder of a node's plugins, another one each time: a process may have several nodes. */
    static String nodeName() {
        return "dataprism-" + ProcessHandle.current().pid() + "-" + NODES.incrementAndGet();
    }

    /** The leaf that this process itself goes to, where it may not stay in an inner group. */
    static String leafName() {
        return "dataprism-" + ProcessHandle.current().pid() + "-node";
    }

    static void write(Path folder, String file, Object value) throws IOException {
        try {
            Files.writeString(folder.resolve(file), String.valueOf(value));
        } catch (IOException refused) {
            throw new IOException(
                    "'" + value + "' could not be written to " + folder.resolve(file) + " (" + refused.getMessage()
                            + ")",
                    refused);
        }
    }

    /** Writes where the kernel has that file. */
    static void writeIfThere(Path folder, String file, Object value) throws IOException {
        if (Files.exists(folder.resolve(file))) {
            write(folder, file, value);
        }
    }

    static Path makeFolder(Path parent, String name) throws IOException {
        Path folder = parent.resolve(name);
        try {
            return Files.isDirectory(folder) ? folder : Files.createDirectory(folder);
        } catch (IOException refused) {
            throw new IOException(
                    "the folder " + folder + " could not be made (" + refused.getMessage() + ")", refused);
        }
    }

    /** The number behind a key of a file of {@code key number} lines; 0 where there is none. */
    static long counter(Path folder, String file, String key) {
        try {
            for (String line : Files.readAllLines(folder.resolve(file))) {
                if (line.startsWith(key + " ")) {
                    return Long.parseLong(line.substring(key.length() + 1).strip());
                }
            }
        } catch (IOException | NumberFormatException gone) {
            LOG.debug("The control group's file {} in {} could not be read", file, folder, gone);
        }
        return 0;
    }

    /** Removes a group without processes; false where it has some, or is gone. */
    static boolean remove(Path folder) {
        try {
            return Files.deleteIfExists(folder);
        } catch (IOException busy) {
            LOG.debug("The control group {} cannot be removed", folder, busy);
            return false;
        }
    }

    /** Removes the groups, with those beneath, of nodes that have ended. */
    static void sweep(Path parent, Path proc) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, "dataprism-*")) {
            for (Path folder : folders) {
                Matcher name = NODE.matcher(folder.getFileName().toString());
                if (name.matches() && !Files.exists(proc.resolve(name.group(1)))) {
                    removeWithChildren(folder);
                }
            }
        } catch (IOException unreadable) {
            LOG.debug("The control groups in {} cannot be listed", parent, unreadable);
        }
    }

    static void removeWithChildren(Path folder) {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, Files::isDirectory)) {
            children.forEach(GroupFiles::remove);
        } catch (IOException gone) {
            LOG.debug("The control groups in {} cannot be listed", folder, gone);
        }
        remove(folder);
    }
}

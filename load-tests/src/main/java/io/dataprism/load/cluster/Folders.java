package io.dataprism.load.cluster;

import io.dataprism.load.cluster.site.Owner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The temporary folders of clusters, whose names tell their owner. Any thread; blocks. */
final class Folders {

    /** Where a folder lists the processes that were started for it: process id and moment of its start. */
    static final String REGISTER = "processes";

    private Folders() {}

    /** A new one; those of dead owners are cleared away first, with the nodes that still run in them. */
    static Path make() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        sweep(parent);
        return Files.createTempDirectory(parent, Owner.self().name("cluster-"));
    }

    static void sweep(Path parent) throws IOException {
        List<Path> folders;
        try (Stream<Path> entries = Files.list(parent)) {
            folders = entries.filter(Files::isDirectory).toList();
        }
        for (Path folder : folders) {
            Optional<Owner> owner = Owner.of(folder.getFileName().toString());
            if (owner.isPresent() && !owner.get().isAlive()) {
                endProcesses(folder.resolve(REGISTER));
                delete(folder);
            }
        }
    }

    /** Ends those that are the very processes of the register: an id comes again. */
    private static void endProcesses(Path register) throws IOException {
        if (!Files.exists(register)) {
            return;
        }
        for (String line : Files.readAllLines(register)) {
            String[] words = line.split(" ");
            long pid = Long.parseLong(words[0]);
            if (Owner.startOf(pid) == Long.parseLong(words[1])) {
                System.err.println("  process " + pid + " of a dead owner is ended");
                ProcessHandle.of(pid).ifPresent(Folders::endWithChildren);
            }
        }
    }

    private static void endWithChildren(ProcessHandle process) {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Folders::deleteOne);
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e;
            }
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

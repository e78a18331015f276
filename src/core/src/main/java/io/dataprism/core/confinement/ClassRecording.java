package io.dataprism.core.confinement;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a cache of classes is made: one process of the sandbox's own code records which classes there are, another creates the cache of
 * that record. Of a package they load the classes and run nothing: what comes of it says nothing that a plugin wanted to say. Both say
 * on standard error which class they initialise, before they do, so that the host sees whether that held.
 *
 * @param packageFile whose classes are recorded beside the sandbox's own; empty: none
 * @param folder empty, for what there is meanwhile
 */
record ClassRecording(SandboxRuntime runtime, Optional<Path> packageFile, Path folder) {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    /** Runs a process until it has ended with 0. */
    interface Runner {

        /** @throws IOException with what the process said, where it ended otherwise */
        void run(List<String> line, Path folder) throws IOException, InterruptedException;
    }

    /** Done when the new cache is whole, before it takes its place. */
    interface Placing {
        void make(Path cache) throws IOException;
    }

    /** Blocks for some seconds. Leaves a whole cache, with its digest beside it, or none; and the folder as it was. */
    void make(Path cache, Runner runner, Placing room) throws IOException, InterruptedException {
        Path recorded = folder.resolve("recorded");
        Path made = folder.resolve("made");
        try {
            runner.run(line("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded), folder);
            runner.run(line("-XX:AOTMode=create", "-XX:AOTConfiguration=" + recorded, "-XX:AOTCache=" + made), folder);
            room.make(cache);
            Files.writeString(digestOf(cache), Digests.ofFile(made));
            Files.move(made, cache, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(recorded);
            Files.deleteIfExists(made);
        }
    }

    /** Whether there is a cache, with a digest. */
    static boolean isThere(Path cache) {
        return Files.isRegularFile(cache) && Files.isRegularFile(digestOf(cache));
    }

    /** Whether a cache is what was written. Reads all of it. */
    static boolean isWhole(Path cache) throws IOException {
        return Files.readString(digestOf(cache)).equals(Digests.ofFile(cache));
    }

    static void remove(Path cache) throws IOException {
        Files.deleteIfExists(cache);
        Files.deleteIfExists(digestOf(cache));
    }

    private static Path digestOf(Path cache) {
        return cache.resolveSibling(cache.getFileName() + ".sha256");
    }

    private List<String> line(String... mode) {
        List<String> line = new ArrayList<>(List.of(JAVA.toString(), "-Xmx256m", "-XX:-UsePerfData"));
        line.addAll(List.of("-Xlog:disable", "-Xlog:all=error:stderr", "-Djava.io.tmpdir=" + folder));
        packageFile.ifPresent(file -> line.add("-Xlog:class+init=info:stderr"));
        line.addAll(List.of(mode));
        line.addAll(List.of(
                "-cp",
                Stream.concat(runtime.classPath().stream(), packageFile.stream())
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator))));
        line.addAll(ChildCache.options(runtime));
        line.addAll(List.of("-m", ChildCache.MODULE + "/" + ChildCache.MODULE + ".child.Rehearsal"));
        packageFile.ifPresent(file -> line.addAll(
                List.of(file.toString(), String.valueOf(ProcessHandle.current().pid()))));
        return line;
    }
}

package io.dataprism.cluster.blob;

import io.dataprism.core.catalog.PackageStore;
import io.dataprism.core.cluster.BlobHolds;
import io.dataprism.core.cluster.LocalBlobs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The packages of plugins that this node has, as {@code core.catalog.PackageStore} keeps them. */
public final class PackageBlobs implements LocalBlobs {

    /** What kind of files they are. */
    public static final String KIND = PackageStore.KIND;

    private static final String SUFFIX = ".jar";

    private final Path folder;
    private final Duration kept;
    private final BlobHolds holds = new BlobHolds();

    /**
     * @param dataDirectory of the node
     * @param kept how long a file is kept at least that another node asks this one to keep
     */
    public PackageBlobs(Path dataDirectory, Duration kept) {
        this.kept = kept;
        try {
            this.folder =
                    Files.createDirectories(dataDirectory.resolve("packages").resolve("sha256"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Held> hold(String digest) {
        Runnable release = holds.hold(digest); // first, so that it is not swept between the two
        try {
            Path file = place(digest);
            return Optional.of(new Held(file, Files.size(file), release));
        } catch (IOException absent) {
            release.run();
            return Optional.empty();
        }
    }

    @Override
    public Path place(String digest) {
        return folder.resolve(digest + SUFFIX);
    }

    @Override
    public void keep(String digest) {
        holds.keep(digest, kept.toNanos());
    }

    /** Whether it must stay, whoever names it. */
    boolean isHeld(String digest) {
        return holds.isHeld(digest);
    }

    /** All files by digest, also those that are still being written, by their own names. */
    Map<String, Path> files() throws IOException {
        Map<String, Path> all = new HashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                String name = file.getFileName().toString();
                all.put(name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name, file);
            });
        }
        return all;
    }
}

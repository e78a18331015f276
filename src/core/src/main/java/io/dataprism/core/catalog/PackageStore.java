package io.dataprism.core.catalog;

import io.dataprism.core.cluster.BlobFetcher;
import io.dataprism.core.cluster.BlobReplicator;
import io.dataprism.core.cluster.Sharing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Packages by the digest of their bytes, at paths whose content never changes: {@code packages/sha256/<hex>.jar}. Blocks; any
 * thread.
 */
public final class PackageStore {

    /** What packages are called among the files that go between nodes. */
    public static final String KIND = "packages";

    private final Path folder;
    private final @Nullable BlobFetcher fetcher;
    private final @Nullable BlobReplicator replicator;

    /** The packages of a node that is alone. */
    public PackageStore(Path dataDirectory) {
        this(dataDirectory, Sharing.ALONE);
    }

    /**
     * Over {@code <data folder>/packages/sha256}, which is made where it is not there.
     *
     * @param sharing from where what is not here is fetched when it is needed, and to where it is copied
     */
    public PackageStore(Path dataDirectory, Sharing sharing) {
        this.fetcher = sharing.blobs();
        this.replicator = sharing.replicator();
        try {
            this.folder =
                    Files.createDirectories(dataDirectory.resolve("packages").resolve("sha256"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the package of that digest is, or would be. */
    public Path path(String digest) {
        return folder.resolve(digest + ".jar");
    }

    /** Whether there is a place where what is not here comes from. */
    boolean fetches() {
        return fetcher != null;
    }

    /** Whether it is here. */
    public boolean has(String digest) {
        return Files.isRegularFile(path(digest));
    }

    /**
     * Where the package of that digest is, after it was fetched where it was not here. Blocks.
     *
     * @throws io.dataprism.core.error.DataPrismException where it is nowhere
     */
    public Path fetched(String digest) {
        if (!has(digest) && fetcher != null) {
            fetcher.fetch(KIND, digest, path(digest));
        }
        return path(digest);
    }

    /**
     * Takes a copy of a file.
     *
     * @param digest of its bytes, which the caller has computed
     */
    public void put(Path file, String digest) {
        Path target = path(digest);
        if (Files.exists(target)) {
            return;
        }
        Path temporary = folder.resolve("." + UUID.randomUUID());
        try {
            Files.copy(file, temporary);
            DurableFiles.force(temporary);
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r--r--r--"));
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.forceFolder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    /**
     * Where there are other nodes: takes a copy, and sees to it that a second node has it. Blocks.
     *
     * @throws io.dataprism.core.error.DataPrismException {@code NODE_LOST}, where there are others and none could take it
     */
    void replicate(Path file, String digest) {
        if (replicator != null) {
            put(file, digest);
            replicator.replicate(KIND, digest);
        }
    }

    /** Deletes a package that no entry names any more. */
    public void delete(String digest) {
        try {
            Files.deleteIfExists(path(digest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException left) {
            temporary.toFile().deleteOnExit();
        }
    }
}

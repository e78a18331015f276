package io.dataprism.core.catalog;

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

    private final Path folder;
    private volatile @Nullable Fetcher fetcher;

    /** Brings a package here that another node has. */
    @FunctionalInterface
    public interface Fetcher {

        /**
         * Makes {@link #path} of that digest. Blocks.
         *
         * @throws io.dataprism.core.error.DataPrismException that names the digest, where it is nowhere
         */
        void fetch(String digest);
    }

    /** Over {@code <data folder>/packages/sha256}, which is made where it is not there. */
    public PackageStore(Path dataDirectory) {
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

    /** From now on what is not here is fetched when it is needed. */
    public void fetchWith(Fetcher other) {
        fetcher = other;
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
        Fetcher others = fetcher;
        if (!has(digest) && others != null) {
            others.fetch(digest);
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

package io.dataprism.core.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files under the SHA-256 of their bytes, in {@code <root>/<first two digits>/<digest>}. A file is there whole or not at all, and
 * never changes. Blocks; safe on any thread.
 */
public final class BlobStore {

    private static final int BUFFER_BYTES = 1 << 16;

    private final Path root;

    /**
     * @param root on the same file system as the files that will be adopted; made where it is absent
     */
    public BlobStore(Path root) throws IOException {
        this.root = Files.createDirectories(root).toRealPath();
    }

    /** The folder that all blobs are in. */
    public Path root() {
        return root;
    }

    /** Moves a file in and makes it durable. Where the store has the same bytes already, the file is deleted. */
    public Blob adopt(Path file) throws IOException {
        return adopt(file, digest(file));
    }

    /** What a file will be as a blob; reads all of it. */
    static Blob digest(Path file) throws IOException {
        return new Blob(sha256(file), Files.size(file));
    }

    /** The same as {@link #adopt(Path)}, of a file whose digest is known. */
    Blob adopt(Path file, Blob blob) throws IOException {
        Path folder = folder(blob.sha256());
        Path target = path(blob.sha256());
        if (Files.exists(target)) {
            Files.delete(file);
            return blob;
        }
        Files.createDirectories(folder);
        flush(file, StandardOpenOption.WRITE);
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        flush(folder, StandardOpenOption.READ);
        flush(root, StandardOpenOption.READ);
        return blob;
    }

    /** Where the blob of that digest is, whether it exists or not. */
    public Path path(String sha256) {
        return folder(sha256).resolve(sha256);
    }

    /** The same, in a folder that is there. */
    Path place(String sha256) {
        try {
            Files.createDirectories(folder(sha256));
            return path(sha256);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path folder(String sha256) {
        return root.resolve(sha256.substring(0, 2));
    }

    /** All files by name, also those that are still being written. */
    Map<String, Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(root, 2)) {
            Map<String, Path> all = new HashMap<>();
            files.filter(Files::isRegularFile)
                    .forEach(file -> all.put(file.getFileName().toString(), file));
            return all;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Deletes every blob whose digest is not in {@code live}. Only while nothing reads and nothing is adopted. */
    public void sweep(Set<String> live) throws IOException {
        List<Path> dead;
        try (Stream<Path> files = Files.walk(root, 2)) {
            dead = files.filter(Files::isRegularFile)
                    .filter(file -> !live.contains(file.getFileName().toString()))
                    .toList();
        }
        for (Path file : dead) {
            Files.deleteIfExists(file);
        }
    }

    /** Makes a file's bytes, or a folder's names, survive a loss of power. */
    static void flush(Path path, StandardOpenOption access) throws IOException {
        try (FileChannel channel = FileChannel.open(path, access)) {
            channel.force(true);
        }
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256, this one has not.", impossible);
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}

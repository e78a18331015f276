package io.dataprism.core.wasm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.endive.compiler.Cache;

/**
 * What modules were compiled to, on this node's disk, so that a module is compiled once. It is code of this JVM: so each file carries a MAC
 * under a key that lies beside them and that nobody but this node's user reads, over the code, the digest of the module, and the versions
 * of engine and JDK. A file whose MAC is another is deleted, and its module compiled again.
 *
 * <p>At most so many bytes in all; what was not used for longest goes first. Any thread; blocks. Whatever goes wrong with a file costs time
 * and nothing else.
 */
final class CompiledModules implements Cache {

    private static final Logger LOG = LoggerFactory.getLogger(CompiledModules.class);
    private static final String ALGORITHM = "HmacSHA256";
    private static final String SUFFIX = ".code";
    private static final int KEY_BYTES = 32;
    private static final int MAC_BYTES = 32;
    private static final long MOST_FILE_BYTES = 64L << 20;

    private final Path folder;
    private final long mostBytes;
    private final byte[] key;
    private final String versions;

    private CompiledModules(Path folder, long mostBytes, byte[] key, String versions) {
        this.folder = folder;
        this.mostBytes = mostBytes;
        this.key = key;
        this.versions = versions;
    }

    /**
     * Opens the cache in a folder, which is made with its key where it is missing.
     *
     * @param versions of everything that the code depends on besides the module
     * @return null where there is no room for one: modules are compiled at each start
     */
    static @Nullable CompiledModules in(Path folder, long mostBytes, String versions) {
        try {
            Files.createDirectories(folder);
            return new CompiledModules(folder, mostBytes, key(folder.resolve("key")), versions);
        } catch (IOException | UnsupportedOperationException unfit) {
            LOG.warn("Compiled modules are not kept: {} cannot be used", folder, unfit);
            return null;
        }
    }

    @Override
    public synchronized byte @Nullable [] get(String digest) {
        Path file = file(digest);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_FILE_BYTES) {
                return null;
            }
            byte[] bytes = Files.readAllBytes(file);
            byte[] code = Arrays.copyOfRange(bytes, Math.min(MAC_BYTES, bytes.length), bytes.length);
            byte[] mac = Arrays.copyOf(bytes, MAC_BYTES);
            if (!MessageDigest.isEqual(mac, mac(digest, code))) {
                LOG.warn("The compiled module {} is not what this node wrote: it is compiled again", file);
                Files.delete(file);
                return null;
            }
            Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
            return code;
        } catch (IOException unreadable) {
            LOG.warn("The compiled module {} cannot be read", file, unreadable);
            return null;
        }
    }

    @Override
    public synchronized void putIfAbsent(String digest, byte[] code) {
        Path file = file(digest);
        if (code.length + MAC_BYTES > Math.min(MOST_FILE_BYTES, mostBytes) || Files.exists(file)) {
            return;
        }
        Path beside = folder.resolve(file.getFileName() + ".new");
        try {
            makeRoom(code.length + MAC_BYTES);
            Files.write(
                    beside,
                    ByteBuffer.allocate(MAC_BYTES + code.length)
                            .put(mac(digest, code))
                            .put(code)
                            .array());
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException full) {
            LOG.warn("A compiled module cannot be kept as {}", file, full);
        }
    }

    private void makeRoom(long bytes) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> !file.endsWith("key"))
                    .sorted(Comparator.comparing(CompiledModules::lastUsed))
                    .toList();
        }
        long held = files.stream().mapToLong(CompiledModules::size).sum();
        for (Path oldest : files) {
            if (held + bytes <= mostBytes) {
                return;
            }
            held -= size(oldest);
            Files.deleteIfExists(oldest);
        }
    }

    private static FileTime lastUsed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return 0;
        }
    }

    private Path file(String digest) {
        byte[] name = mac(digest, new byte[0]);
        return folder.resolve(HexFormat.of().formatHex(name, 0, 16) + SUFFIX);
    }

    private byte[] mac(String digest, byte[] code) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            for (String part : List.of(versions, digest)) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                mac.update(bytes);
            }
            return mac.doFinal(code);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM + ".", impossible);
        }
    }

    private static byte[] key(Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            byte[] found = Files.readAllBytes(file);
            if (found.length == KEY_BYTES) {
                return found;
            }
            Files.delete(file);
        }
        byte[] made = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(made);
        Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = Files.newByteChannel(
                file, fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(ByteBuffer.wrap(made));
        }
        return made;
    }
}

package io.dataprism.core.manifest;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Looks a package over before anything of it runs: the shape of the ZIP, the manifest, the entry point. Nothing is unpacked
 * to disk and no class is loaded. Blocks: it reads the whole file.
 */
public final class PackageInspector {

    /** Where the manifest is. */
    public static final String MANIFEST = "META-INF/dataprism/plugin.json";

    /** Of the file. */
    public static final long PACKAGE_LIMIT_BYTES = 64L << 20;

    private static final int ENTRIES_LIMIT = 20_000;
    private static final long UNPACKED_LIMIT_BYTES = 512L << 20;
    private static final long RATIO_LIMIT = 200;
    /** Below this a high ratio harms nobody. */
    private static final long RATIO_FREE_BYTES = 16L << 20;

    private static final String SERVICES = "META-INF/services/";
    private static final List<String> JDK_PREFIXES = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

    private PackageInspector() {}

    /**
     * Looks a package over.
     *
     * @throws DataPrismException {@code PACKAGE_INVALID}, {@code MANIFEST_INVALID}, {@code PAYLOAD_TOO_LARGE} or {@code
     *     SANDBOX_UNAVAILABLE}
     * @throws UncheckedIOException where the file cannot be read
     */
    public static PluginPackage inspect(Path file) {
        try {
            long size = Files.size(file);
            if (size > PACKAGE_LIMIT_BYTES) {
                throw new DataPrismException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        "The package has " + size + " bytes; at most " + PACKAGE_LIMIT_BYTES + " are allowed.",
                        "Leave out what the plugin does not need; the API and Arrow are there already.");
            }
            String digest = digest(file);
            try (ZipFile zip = new ZipFile(file.toFile())) {
                return look(zip, digest, size);
            }
        } catch (ZipException e) {
            throw invalid(
                    "The package is not a readable ZIP file: " + e.getMessage(), "Send a JAR file as the body.", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PluginPackage look(ZipFile zip, String digest, long size) throws IOException {
        checkEntries(zip, size);
        ZipEntry entry = zip.getEntry(MANIFEST);
        if (entry == null) {
            throw invalid(
                    "The package has no " + MANIFEST + ".",
                    "Add the manifest; see 'Package and manifest' for its form.",
                    null);
        }
        Manifest manifest = ManifestParser.parse(bytes(zip, entry, ManifestParser.LIMIT_BYTES + 1));
        if (manifest.runtime().equals(Label.of(ManifestParser.Runtime.WASM))) {
            ModuleCheck.check(zip, manifest);
        } else {
            EntryPointCheck.check(zip, manifest.entryPoint());
        }
        return new PluginPackage(manifest, digest, size, Findings.of(zip, manifest));
    }

    private static void checkEntries(ZipFile zip, long size) throws IOException {
        if (zip.size() > ENTRIES_LIMIT) {
            throw invalid(
                    "The package has " + zip.size() + " entries; at most " + ENTRIES_LIMIT + " are allowed.",
                    "Send the plugin's own classes and what they need.",
                    null);
        }
        Set<String> names = new HashSet<>();
        long unpacked = 0;
        for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().<ZipEntry>map(each -> each)::iterator) {
            checkName(entry.getName());
            if (!names.add(entry.getName())) {
                throw invalid(
                        "The package has the entry '" + entry.getName() + "' twice.", "Build the package again.", null);
            }
            long most = Math.min(UNPACKED_LIMIT_BYTES, Math.max(RATIO_FREE_BYTES, size * RATIO_LIMIT));
            unpacked += count(zip, entry, most - unpacked, most);
        }
    }

    private static void checkName(String name) {
        boolean outside = name.startsWith("/")
                || name.contains("\\")
                || name.indexOf('\0') >= 0
                || name.matches("[A-Za-z]:.*")
                || List.of(name.split("/", -1)).contains("..");
        if (outside) {
            throw invalid(
                    "The package has the entry '" + name + "', which leads out of it.",
                    "Entries must be relative, with / between folders and no '..'.",
                    null);
        }
        int services = name.indexOf(SERVICES);
        if (services >= 0) {
            String type = name.substring(services + SERVICES.length());
            if (JDK_PREFIXES.stream().anyMatch(type::startsWith)) {
                throw invalid(
                        "The package has the service file '" + name
                                + "', whose provider would run inside the JDK itself.",
                        "Leave out service files for types of the JDK.",
                        null);
            }
        }
    }

    /** Unpacks an entry into nothing and answers its true size: what headers say is not believed. */
    private static long count(ZipFile zip, ZipEntry entry, long left, long most) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long count = 0;
        try (InputStream in = zip.getInputStream(entry)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                count += read;
                if (count > left) {
                    throw invalid(
                            "The package unpacks to more than " + most + " bytes at '" + entry.getName()
                                    + "'; that is the limit for one of its size.",
                            "Leave out what the plugin does not need.",
                            null);
                }
            }
        }
        return count;
    }

    /** An entry's bytes, at most so many. */
    static byte[] bytes(ZipFile zip, ZipEntry entry, int most) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readNBytes(most);
        }
    }

    /**
     * What a package is known by: SHA-256 of its bytes, in hexadecimal.
     *
     * @throws UncheckedIOException where the file cannot be read
     */
    public static String digestOf(Path file) {
        try {
            return digest(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256())) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of()
                    .formatHex(((DigestInputStream) in).getMessageDigest().digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    static DataPrismException invalid(String detail, String hint, @Nullable Throwable cause) {
        return new DataPrismException(ErrorCode.PACKAGE_INVALID, detail, hint, cause);
    }
}

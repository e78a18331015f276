package io.dataprism.core.storage;

import io.dataprism.core.catalog.DurableFiles;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The values that plugins keep, each plugin in a folder of its own: {@code <data folder>/storage/<plugin>/<key in base64>.json}.
 * One change at a time for each plugin. Any thread; every method blocks.
 */
public final class PluginStorage {

    /** No value is larger. */
    public static final int VALUE_BYTES_LIMIT = 256 * 1024;

    private static final int KEYS_LIMIT = 4_096;

    private final Path folder;
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    /** Begins nothing; folders are made when they are needed. */
    public PluginStorage(Path dataDirectory) {
        this.folder = dataDirectory.resolve("storage").toAbsolutePath();
    }

    /** The value of a key, as it was set; empty where there is none. */
    public Optional<byte[]> get(String plugin, String key) {
        try {
            return Optional.of(Files.readAllBytes(file(plugin, new StorageKey(key))));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sets or replaces a value.
     *
     * @param value JSON; at most {@link #VALUE_BYTES_LIMIT} bytes, {@code PAYLOAD_TOO_LARGE} beyond
     * @param quotaBytes of all values of the plugin; {@code QUOTA_EXCEEDED} beyond, and nothing changes
     */
    public void set(String plugin, String key, byte[] value, long quotaBytes) {
        StorageKey checked = new StorageKey(key);
        if (value.length > VALUE_BYTES_LIMIT) {
            throw new DataPrismException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The value of the key '" + key + "' has " + value.length + " bytes; at most " + VALUE_BYTES_LIMIT
                            + " are kept under one key.",
                    "Cut it into several, or keep it in a file of the plugin's folder.");
        }
        synchronized (lock(plugin)) {
            try {
                Path file = file(plugin, checked);
                makeFolder(plugin);
                checkRoom(plugin, file, value.length, quotaBytes);
                DurableFiles.write(file, value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Deletes a key; false where there was none. */
    public boolean delete(String plugin, String key) {
        Path file = file(plugin, new StorageKey(key));
        synchronized (lock(plugin)) {
            try {
                boolean deleted = Files.deleteIfExists(file);
                if (deleted) {
                    DurableFiles.forceFolder(folder.resolve(plugin));
                }
                return deleted;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * A page of keys, in the order of their bytes.
     *
     * @param wanted which keys count
     * @param after exclusive; null: from the first
     */
    public Page list(String plugin, Predicate<String> wanted, @Nullable String after, int limit) {
        StorageKey begin = after == null ? null : new StorageKey(after);
        List<String> found = new ArrayList<>();
        Path own = folder.resolve(plugin);
        if (Files.isDirectory(own)) {
            try (Stream<Path> files = Files.list(own)) {
                files.flatMap(file -> StorageKey.ofFileName(file.getFileName().toString()).stream())
                        .filter(key -> begin == null || key.compareTo(begin) > 0)
                        .filter(key -> wanted.test(key.text()))
                        .sorted()
                        .limit(limit + 1L)
                        .forEach(key -> found.add(key.text()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        boolean more = found.size() > limit;
        List<String> page = more ? found.subList(0, limit) : found;
        return new Page(List.copyOf(page), more ? page.getLast() : null);
    }

    /** Deletes all that a plugin keeps. */
    public void forget(String plugin) {
        synchronized (lock(plugin)) {
            Path own = folder.resolve(plugin);
            if (!Files.isDirectory(own)) {
                return;
            }
            try (Stream<Path> files = Files.list(own)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
                Files.delete(own);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void checkRoom(String plugin, Path replaced, int bytes, long quotaBytes) throws IOException {
        long used = 0;
        int keys = 0;
        try (Stream<Path> files = Files.list(folder.resolve(plugin))) {
            for (Path file : files.toList()) {
                if (!file.equals(replaced)) {
                    used += Files.size(file);
                    keys++;
                }
            }
        }
        if (used + bytes > quotaBytes || keys >= KEYS_LIMIT) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Plugin " + plugin + " keeps " + used + " bytes under " + keys + " other keys; " + bytes
                            + " more would pass its limit of " + quotaBytes + " bytes or " + KEYS_LIMIT + " keys.",
                    "Delete what is no longer needed, or ask for more in `resources.storage` of the manifest.");
        }
    }

    private void makeFolder(String plugin) throws IOException {
        Path own = folder.resolve(plugin);
        if (!Files.isDirectory(own)) {
            Files.createDirectories(own);
            DurableFiles.forceFolder(folder);
        }
    }

    private Path file(String plugin, StorageKey key) {
        return folder.resolve(plugin).resolve(key.fileName());
    }

    private Object lock(String plugin) {
        return locks.computeIfAbsent(plugin, name -> new Object());
    }

    /**
     * A page of keys.
     *
     * @param next the {@code after} of the next page; null: this was the last
     */
    public record Page(List<String> keys, @Nullable String next) {}
}

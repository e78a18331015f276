package io.dataprism.core.storage;

import io.dataprism.core.cluster.Sharing;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The values that plugins keep, each plugin in a folder of its own: {@code <data folder>/storage/<plugin>/<key in base64>.json}.
 * One change at a time for each plugin. In a cluster all nodes have them: what one has set the others read once that is back. Any thread;
 * every method blocks.
 */
public final class PluginStorage {

    /** No value is larger. */
    public static final int VALUE_BYTES_LIMIT = 256 * 1024;

    private static final int KEYS_LIMIT = 4_096;

    private static final int SLOTS = 256;

    private final PluginFiles files;
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    /** Begins nothing; folders are made when they are needed. */
    public PluginStorage(Path dataDirectory) {
        this(new PluginFiles(dataDirectory.resolve("storage"), null, SLOTS));
    }

    private PluginStorage(PluginFiles files) {
        this.files = files;
    }

    /** The same, for a node that may have others. */
    public static PluginStorage of(Path dataDirectory, Sharing sharing) {
        return new PluginStorage(new PluginFiles(dataDirectory.resolve("storage"), sharing.map("storage"), SLOTS));
    }

    /** The value of a key, as it was set; empty where there is none. */
    public Optional<byte[]> get(String plugin, String key) {
        return files.read(plugin, new StorageKey(key).fileName());
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
            checkRoom(plugin, checked, value.length, quotaBytes);
            files.write(plugin, checked.fileName(), value);
        }
    }

    /** Deletes a key; false where there was none. */
    public boolean delete(String plugin, String key) {
        StorageKey checked = new StorageKey(key);
        synchronized (lock(plugin)) {
            return files.delete(plugin, checked.fileName());
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
        files.sizes(plugin).keySet().stream()
                .flatMap(file -> StorageKey.ofFileName(file).stream())
                .filter(key -> begin == null || key.compareTo(begin) > 0)
                .filter(key -> wanted.test(key.text()))
                .sorted()
                .limit(limit + 1L)
                .forEach(key -> found.add(key.text()));
        boolean more = found.size() > limit;
        List<String> page = more ? found.subList(0, limit) : found;
        return new Page(List.copyOf(page), more ? page.getLast() : null);
    }

    /** Deletes all that a plugin keeps. */
    public void forget(String plugin) {
        synchronized (lock(plugin)) {
            files.forget(plugin);
        }
    }

    private void checkRoom(String plugin, StorageKey replaced, int bytes, long quotaBytes) {
        Map<String, Long> others = files.sizes(plugin);
        others.remove(replaced.fileName());
        long used = others.values().stream().mapToLong(Long::longValue).sum();
        int keys = others.size();
        if (used + bytes > quotaBytes || keys >= KEYS_LIMIT) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Plugin " + plugin + " keeps " + used + " bytes under " + keys + " other keys; " + bytes
                            + " more would pass its limit of " + quotaBytes + " bytes or " + KEYS_LIMIT + " keys.",
                    "Delete what is no longer needed, or ask for more in `resources.storage` of the manifest.");
        }
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

package io.dataprism.core.storage;

import io.dataprism.core.catalog.DurableFiles;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.SharedSlots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Small files of plugins, a folder for each plugin. On a node that is alone they are files; in a cluster all nodes have them, and what a
 * node's folder had before is shared when the cluster has never heard of the plugin. Any thread; every method blocks.
 */
public final class PluginFiles {

    private final Path folder;
    private final @Nullable SharedMap map;
    private final int slots;

    /**
     * @param map null: the node is alone
     * @param slots into how many parts what a plugin has is cut; may never change
     */
    public PluginFiles(Path folder, @Nullable SharedMap map, int slots) {
        this.folder = folder.toAbsolutePath();
        this.map = map;
        this.slots = slots;
    }

    /** What a file holds; empty where it is not there. */
    public Optional<byte[]> read(String plugin, String file) {
        SharedSlots shared = shared(plugin);
        return shared == null ? readHere(plugin, file) : shared.fresh(file);
    }

    private Optional<byte[]> readHere(String plugin, String file) {
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(plugin).resolve(file)));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes or replaces a file. */
    public void write(String plugin, String file, byte[] bytes) {
        SharedSlots shared = shared(plugin);
        if (shared != null) {
            shared.set(file, bytes);
            return;
        }
        try {
            Path own = folder.resolve(plugin);
            if (!Files.isDirectory(own)) {
                Files.createDirectories(own);
                DurableFiles.forceFolder(folder);
            }
            DurableFiles.write(own.resolve(file), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a file; false where there was none. */
    public boolean delete(String plugin, String file) {
        SharedSlots shared = shared(plugin);
        if (shared != null) {
            return shared.set(file, null);
        }
        try {
            Path own = folder.resolve(plugin);
            boolean deleted = Files.deleteIfExists(own.resolve(file));
            if (deleted) {
                DurableFiles.forceFolder(own);
            }
            return deleted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many bytes each file has, by name. */
    public Map<String, Long> sizes(String plugin) {
        Map<String, Long> sizes = new TreeMap<>();
        SharedSlots shared = shared(plugin);
        if (shared != null) {
            shared.all().forEach((file, bytes) -> sizes.put(file, (long) bytes.length));
            return sizes;
        }
        for (Path file : filesHere(plugin)) {
            try {
                sizes.put(file.getFileName().toString(), Files.size(file));
            } catch (NoSuchFileException gone) {
                // another thread has deleted it
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sizes;
    }

    /** Deletes all of a plugin. */
    public void forget(String plugin) {
        SharedSlots shared = shared(plugin);
        if (shared != null) {
            shared.clear();
        }
        try {
            for (Path file : filesHere(plugin)) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder.resolve(plugin));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<String> namesHere(String plugin) {
        return filesHere(plugin).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.startsWith("."));
    }

    private List<Path> filesHere(String plugin) {
        Path own = folder.resolve(plugin);
        if (!Files.isDirectory(own)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(own)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null: the node is alone. */
    private @Nullable SharedSlots shared(String plugin) {
        if (map == null) {
            return null;
        }
        SharedSlots shared = new SharedSlots(map, plugin, slots);
        if (!shared.isKnown()) {
            namesHere(plugin).forEach(file -> readHere(plugin, file).ifPresent(bytes -> shared.set(file, bytes)));
        }
        return shared;
    }
}

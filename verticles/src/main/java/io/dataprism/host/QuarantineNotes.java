package io.dataprism.host;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.Sharing;
import io.dataprism.core.lifecycle.PluginState;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which plugins are quarantined, over restarts of the node: a plugin that failed too often is not given another chance by a
 * restart, but by an operator. A file for each, with the reason; in a cluster all nodes have them. The reconciler writes, and what the
 * cluster tells; both may block.
 */
final class QuarantineNotes {

    private static final Logger LOG = LoggerFactory.getLogger(QuarantineNotes.class);

    private final Path folder;
    private final @Nullable SharedNotes shared;
    private final Map<String, String> reasons = new ConcurrentHashMap<>();

    private QuarantineNotes(Path folder, @Nullable SharedNotes shared) {
        this.folder = folder;
        this.shared = shared;
    }

    /** Of a node that is alone. */
    static QuarantineNotes open(Path dataDirectory) {
        return open(dataDirectory, Sharing.ALONE);
    }

    /** Reads the notes of a data folder; one that cannot be read is none, and is logged. Blocks. */
    static QuarantineNotes open(Path dataDirectory, Sharing sharing) {
        SharedMap map = sharing.map("notes");
        QuarantineNotes notes = new QuarantineNotes(
                dataDirectory.resolve("quarantined"), map == null ? null : new SharedNotes(map, "quarantined"));
        if (Files.isDirectory(notes.folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(notes.folder, "[a-z]*")) {
                for (Path file : files) {
                    notes.reasons.put(file.getFileName().toString(), Files.readString(file));
                }
            } catch (IOException unreadable) {
                LOG.error("Which plugins are quarantined cannot be read from {}", notes.folder, unreadable);
            }
        }
        if (notes.shared != null) {
            notes.share(notes.shared);
        }
        return notes;
    }

    /** What the cluster has holds, as far as it has heard of the plugin. */
    private void share(SharedNotes cluster) {
        Map<String, String> own = Map.copyOf(reasons);
        cluster.listen((name, reason) -> {
            if (reason == null) {
                forget(name);
            } else if (!reason.equals(reasons.get(name))) {
                keep(name, reason);
            }
        });
        own.forEach((name, reason) -> {
            if (!cluster.isKnown(name)) {
                cluster.set(name, reason);
            }
        });
    }

    /** In which state a plugin begins that nobody has looked at since the node began. Any thread. */
    PluginState first(String name, String version) {
        String reason = reasons.get(name);
        return reason == null ? new PluginState.Registered(version) : new PluginState.Quarantined(version, reason);
    }

    /** Holds here at once. @return tells the other nodes; blocks, for as long as they take */
    Runnable note(String name, String reason) {
        keep(name, reason);
        return () -> tell(name, reason);
    }

    private synchronized void keep(String name, String reason) {
        reasons.put(name, reason);
        try {
            Path beside = Files.createDirectories(folder).resolve("." + name);
            Files.writeString(beside, reason);
            Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            LOG.error("The quarantine of plugin {} will not outlive this node", name, failure);
        }
    }

    /** An operator has acted; the same. */
    Runnable lift(String name) {
        forget(name);
        return () -> {
            if (shared != null && shared.find(name).isPresent()) {
                tell(name, null);
            }
        };
    }

    private void tell(String name, @Nullable String reason) {
        if (shared != null) {
            shared.set(name, reason);
        }
    }

    private synchronized void forget(String name) {
        if (reasons.remove(name) != null) {
            try {
                Files.deleteIfExists(folder.resolve(name));
            } catch (IOException failure) {
                LOG.error("The quarantine of plugin {} will be there again after a restart", name, failure);
            }
        }
    }
}

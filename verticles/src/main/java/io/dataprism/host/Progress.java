package io.dataprism.host;

import io.dataprism.core.cluster.Sharing;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.storage.PluginFiles;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far plugins have come, over reloads and restarts: a file for each table that was read, and one for a plugin's schedules. Each
 * is there whole or as it was. In a cluster all nodes have them, so that a plugin goes on wherever it is started. Every method blocks.
 */
record Progress(PluginFiles files, Path folder) {

    private static final int FORMAT = 1;
    private static final int CHECKPOINTS_LIMIT = 1_000;
    private static final String CHECKPOINT = "checkpoint-";
    private static final String SCHEDULES = "schedules";
    private static final String SUFFIX = ".json";

    private static final String FOLDER = "progress";
    private static final int SLOTS = 16;

    /** Of a node that is alone. */
    Progress(Path dataDirectory) {
        this(dataDirectory, Sharing.ALONE);
    }

    private Progress(Path dataDirectory, Sharing sharing) {
        this(
                new PluginFiles(dataDirectory.resolve(FOLDER), sharing.map("progress"), SLOTS),
                dataDirectory.resolve(FOLDER));
    }

    static Progress of(HostParts parts) {
        return new Progress(parts.dataDirectory(), parts.sharing());
    }

    /** What the last read of a table had come to; null: there was none. Plain JSON values. */
    @Nullable
    Object checkpoint(String plugin, String table) {
        return ChildDoor.plain(read(plugin, CHECKPOINT + digest(table)).getValue("value"));
    }

    /** Keeps what a read has come to. {@code QUOTA_EXCEEDED} where the plugin has read too many tables. */
    void keepCheckpoint(String plugin, String table, @Nullable Object value) {
        String file = CHECKPOINT + digest(table);
        if (checkpoints(plugin, file) >= CHECKPOINTS_LIMIT) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Plugin " + plugin + " has checkpoints for " + CHECKPOINTS_LIMIT
                            + " tables, which is the limit; none is kept for '" + table + "'.",
                    "Read fewer tables through one plugin, or register it anew.");
        }
        write(plugin, file, new JsonObject().put("table", table).put("value", value));
    }

    /** What is known of a plugin's schedules, by name. */
    JsonObject schedules(String plugin) {
        return read(plugin, SCHEDULES).getJsonObject("schedules", new JsonObject());
    }

    /** Replaces what is known of a plugin's schedules. */
    void keepSchedules(String plugin, JsonObject schedules) {
        write(plugin, SCHEDULES, new JsonObject().put("schedules", schedules));
    }

    /** Forgets a plugin that was unregistered. */
    void delete(String plugin) {
        try {
            files.forget(plugin);
        } catch (UncheckedIOException failure) {
            throw unusable(folder.resolve(plugin), failure);
        }
    }

    /** Those of other files. */
    private long checkpoints(String plugin, String replaced) {
        try {
            return files.sizes(plugin).keySet().stream()
                    .filter(file -> file.startsWith(CHECKPOINT) && !file.equals(replaced + SUFFIX))
                    .count();
        } catch (UncheckedIOException failure) {
            throw unusable(folder.resolve(plugin), failure);
        }
    }

    private JsonObject read(String plugin, String name) {
        Path file = folder.resolve(plugin).resolve(name + SUFFIX);
        try {
            Optional<byte[]> bytes = files.read(plugin, name + SUFFIX);
            if (bytes.isEmpty()) {
                return new JsonObject();
            }
            JsonObject json = new JsonObject(Buffer.buffer(bytes.get()));
            if (!Integer.valueOf(FORMAT).equals(json.getValue("format"))) {
                throw new IOException(
                        "Its format is " + json.getValue("format") + "; this version reads " + FORMAT + ".");
            }
            return json;
        } catch (IOException | UncheckedIOException | DecodeException failure) {
            throw unusable(file, failure);
        }
    }

    private void write(String plugin, String name, JsonObject json) {
        try {
            byte[] bytes = json.copy().put("format", FORMAT).encode().getBytes(StandardCharsets.UTF_8);
            files.write(plugin, name + SUFFIX, bytes);
        } catch (UncheckedIOException failure) {
            throw unusable(folder.resolve(plugin).resolve(name + SUFFIX), failure);
        }
    }

    private static DataPrismException unusable(Path file, Exception cause) {
        return new DataPrismException(
                ErrorCode.INTERNAL,
                "What a plugin has come to cannot be kept or read in " + file + ": " + cause.getMessage(),
                "Look at the disk; without the file the plugin begins at the beginning.",
                cause);
    }

    private static String digest(String table) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(table.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256.", impossible);
        }
    }
}

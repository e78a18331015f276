package io.dataprism.host;

import io.dataprism.core.catalog.DurableFiles;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far plugins have come, over reloads and restarts: a file for each table that was read, and one for a plugin's schedules. Each
 * is there whole or as it was. Every method blocks.
 */
record Progress(Path dataDirectory) {

    private static final int FORMAT = 1;
    private static final int CHECKPOINTS_LIMIT = 1_000;
    private static final String CHECKPOINT = "checkpoint-";

    /** What the last read of a table had come to; null: there was none. Plain JSON values. */
    @Nullable
    Object checkpoint(String plugin, String table) {
        return ChildDoor.plain(read(file(plugin, CHECKPOINT + digest(table))).getValue("value"));
    }

    /** Keeps what a read has come to. {@code QUOTA_EXCEEDED} where the plugin has read too many tables. */
    void keepCheckpoint(String plugin, String table, @Nullable Object value) {
        Path file = file(plugin, CHECKPOINT + digest(table));
        if (!Files.exists(file) && checkpoints(plugin) >= CHECKPOINTS_LIMIT) {
            throw new DataPrismException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Plugin " + plugin + " has checkpoints for " + CHECKPOINTS_LIMIT
                            + " tables, which is the limit; none is kept for '" + table + "'.",
                    "Read fewer tables through one plugin, or register it anew.");
        }
        write(file, new JsonObject().put("table", table).put("value", value));
    }

    /** What is known of a plugin's schedules, by name. */
    JsonObject schedules(String plugin) {
        return read(file(plugin, "schedules")).getJsonObject("schedules", new JsonObject());
    }

    /** Replaces what is known of a plugin's schedules. */
    void keepSchedules(String plugin, JsonObject schedules) {
        write(file(plugin, "schedules"), new JsonObject().put("schedules", schedules));
    }

    /** Forgets a plugin that was unregistered. */
    void delete(String plugin) {
        Path folder = folder(plugin);
        try {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.toList()) {
                        Files.deleteIfExists(file);
                    }
                }
                Files.deleteIfExists(folder);
            }
        } catch (IOException failure) {
            throw unusable(folder, failure);
        }
    }

    private long checkpoints(String plugin) {
        Path folder = folder(plugin);
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(CHECKPOINT))
                    .count();
        } catch (IOException failure) {
            throw unusable(folder, failure);
        }
    }

    private static JsonObject read(Path file) {
        try {
            if (!Files.exists(file)) {
                return new JsonObject();
            }
            JsonObject json = new JsonObject(Buffer.buffer(Files.readAllBytes(file)));
            if (!Integer.valueOf(FORMAT).equals(json.getValue("format"))) {
                throw new IOException(
                        "Its format is " + json.getValue("format") + "; this version reads " + FORMAT + ".");
            }
            return json;
        } catch (IOException | DecodeException failure) {
            throw unusable(file, failure);
        }
    }

    private static void write(Path file, JsonObject json) {
        try {
            Files.createDirectories(file.getParent());
            DurableFiles.write(file, json.copy().put("format", FORMAT).encode().getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw unusable(file, failure);
        }
    }

    private Path file(String plugin, String name) {
        return folder(plugin).resolve(name + ".json");
    }

    private Path folder(String plugin) {
        return dataDirectory.resolve("progress").resolve(plugin);
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

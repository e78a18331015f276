package io.dataprism.gateway;

import io.dataprism.core.catalog.DurableFiles;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code <data-dir>/sessions.json}: the sessions of browsers, by digest, so that a restart of the node signs nobody out. It bears a MAC
 * under a key of the admin token's: with another token all sessions are gone. Any thread; the disk is touched by the executor alone, one
 * write at a time, of what is newest. What cannot be written is logged, and ends with the process.
 */
final class SessionFile {

    static final String FILE_NAME = "sessions.json";

    private static final Logger LOG = LoggerFactory.getLogger(SessionFile.class);

    private final Path file;
    private final byte[] key;
    private final Executor disk;
    private @Nullable Supplier<JsonArray> next;
    private boolean writing;

    SessionFile(Path dataDirectory, AdminToken admin, Executor disk) {
        this.file = dataDirectory.resolve(FILE_NAME);
        this.key = admin.key("sessions");
        this.disk = disk;
    }

    /** What was written last; empty where there is nothing, or nothing that this node has written. Blocks on the disk. */
    JsonArray read() {
        if (!Files.exists(file)) {
            return new JsonArray();
        }
        try {
            JsonObject whole = new JsonObject(Files.readString(file));
            String sessions = whole.getString("sessions", "");
            byte[] expected = AdminToken.mac(key, sessions.getBytes(StandardCharsets.UTF_8));
            if (MessageDigest.isEqual(expected, HexFormat.of().parseHex(whole.getString("mac", "")))) {
                return new JsonArray(sessions);
            }
            LOG.info("The sessions in {} were opened under another admin token and have ended", file);
        } catch (IOException | DecodeException | IllegalArgumentException | ClassCastException unreadable) {
            LOG.warn("The sessions in {} cannot be read and have ended: {}", file, unreadable.toString());
        }
        return new JsonArray();
    }

    /** Soon on disk, unless something newer comes before. @param sessions asked on the executor */
    synchronized void save(Supplier<JsonArray> sessions) {
        next = sessions;
        if (!writing) {
            try {
                disk.execute(this::write);
                writing = true;
            } catch (RejectedExecutionException ending) {
                LOG.debug("The node ends before its sessions are written", ending);
            }
        }
    }

    private void write() {
        for (Supplier<JsonArray> newest = take(); newest != null; newest = take()) {
            String sessions = newest.get().encode();
            byte[] mac = AdminToken.mac(key, sessions.getBytes(StandardCharsets.UTF_8));
            JsonObject whole =
                    new JsonObject().put("mac", HexFormat.of().formatHex(mac)).put("sessions", sessions);
            try {
                DurableFiles.write(file, whole.toBuffer().getBytes());
            } catch (IOException | RuntimeException failure) {
                LOG.warn("The sessions could not be written to {} and will end with the node", file, failure);
                forget();
            }
        }
    }

    /** Rather none than those of before, among which may be one that has been ended since. */
    private void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            LOG.error("{} has sessions that may have ended; delete it before the node starts again", file, failure);
        }
    }

    private synchronized @Nullable Supplier<JsonArray> take() {
        Supplier<JsonArray> taken = next;
        next = null;
        writing = taken != null;
        return taken;
    }
}

package io.dataprism.core.confinement;

import io.dataprism.plugin.PluginLogger.Level;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child's lines on their way to the door: what it logs and what it writes to standard error. Messages are cut at 8 KiB; how
 * many lines are kept is for who is behind the door. Any thread.
 */
final class ChildLog {

    private static final Logger LOG = LoggerFactory.getLogger(ChildLog.class);

    static final int LONGEST_LINE_BYTES = 8 * 1024;
    private static final int LAST_LINES = 20;
    private static final Level[] LEVELS = Level.values();

    private final HostDoor door;
    private final Deque<String> lastLines = new ArrayDeque<>();

    ChildLog(HostDoor door) {
        this.door = door;
    }

    /** A line as the child frames it: a level, then JSON, {@code {message, fields}}. */
    void framed(byte[] payload) {
        int level = payload[0];
        if (level < 0 || level >= LEVELS.length) {
            throw new ProtocolException("A line of the level " + level + " was logged.");
        }
        Map<String, @Nullable Object> line = Json.decodeObject(Arrays.copyOfRange(payload, 1, payload.length));
        Map<String, @Nullable Object> fields = line.get("fields") == null ? Map.of() : Json.object(line.get("fields"));
        door.log(LEVELS[level], cut(Json.text(line, "message")), fields);
    }

    private static String cut(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= LONGEST_LINE_BYTES
                ? message
                : new String(bytes, 0, LONGEST_LINE_BYTES, StandardCharsets.UTF_8);
    }

    /** Reads standard error to its end. */
    void pump(InputStream standardError) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        try {
            for (int count = standardError.read(chunk); count >= 0; count = standardError.read(chunk)) {
                for (int index = 0; index < count; index++) {
                    if (chunk[index] == '\n') {
                        standardErrorLine(line);
                    } else if (line.size() < LONGEST_LINE_BYTES) {
                        line.write(chunk[index]);
                    }
                }
            }
        } catch (IOException closed) {
            LOG.debug("Standard error of a child was closed", closed);
        }
        if (line.size() > 0) {
            standardErrorLine(line);
        }
    }

    /** The last lines of standard error, oldest first. */
    synchronized String lastLines() {
        return String.join("\n", lastLines);
    }

    private void standardErrorLine(ByteArrayOutputStream bytes) {
        String line = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        synchronized (this) {
            lastLines.add(line);
            if (lastLines.size() > LAST_LINES) {
                lastLines.remove();
            }
        }
        door.log(Level.INFO, line, Map.of());
    }
}

package io.dataprism.host;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last lines of a plugin's log, oldest first. Any thread; the oldest line makes room. */
final class LogRing {

    private static final int LINES_LIMIT = 1_000;
    private static final int LINE_CHARACTERS = 8_192;

    private final Deque<JsonObject> lines = new ArrayDeque<>();

    synchronized void add(String level, String message) {
        if (lines.size() == LINES_LIMIT) {
            lines.removeFirst();
        }
        String cut = message.length() > LINE_CHARACTERS ? message.substring(0, LINE_CHARACTERS) : message;
        lines.addLast(new JsonObject()
                .put("time", Instant.now().toString())
                .put("level", level)
                .put("message", cut));
    }

    synchronized JsonArray all() {
        JsonArray all = new JsonArray();
        lines.forEach(line -> all.add(line.copy()));
        return all;
    }
}

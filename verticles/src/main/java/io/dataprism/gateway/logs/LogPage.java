package io.dataprism.gateway.logs;

import io.dataprism.host.PluginLog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Some lines of a plugin's log on one node.
 *
 * @param log which of that node's logs: another where the node has started again, or the plugin is another
 * @param lines JSON objects in UTF-8, in order
 * @param last the number of the last one; that of the last one before, where there is none
 * @param missed how many made room before they were read
 */
record LogPage(String log, List<byte[]> lines, long last, long missed) {

    private static final int LINES = 100;
    private static final int BYTES = 256 * 1024;

    /** What follows the line of that number; whole lines, one at least where there is one. */
    static LogPage of(String log, PluginLog of, long after) {
        PluginLog.Page page = of.after(after, LINES);
        List<byte[]> lines = new ArrayList<>();
        int bytes = 0;
        for (byte[] line : page.lines()) {
            bytes += line.length;
            if (bytes > BYTES && !lines.isEmpty()) {
                break;
            }
            lines.add(line);
        }
        return new LogPage(log, lines, page.last() - page.lines().size() + lines.size(), page.missed());
    }

    JsonObject toJson() {
        JsonArray texts = new JsonArray();
        lines.forEach(line -> texts.add(new String(line, StandardCharsets.UTF_8)));
        return new JsonObject()
                .put("log", log)
                .put("lines", texts)
                .put("last", last)
                .put("missed", missed);
    }

    static LogPage of(JsonObject json) {
        return new LogPage(
                json.getString("log"),
                json.getJsonArray("lines").stream()
                        .map(line -> String.valueOf(line).getBytes(StandardCharsets.UTF_8))
                        .toList(),
                json.getLong("last"),
                json.getLong("missed"));
    }
}

package io.dataprism.sandbox.child;

import io.dataprism.plugin.PluginLogger;
import io.dataprism.sandbox.frame.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lines for the plugin's log, cut to what a frame may hold. Any thread; never fails, whatever the plugin passes. */
final class HostLogger implements PluginLogger {

    private static final int MESSAGE_BYTES = 8 * 1024;
    private static final int FIELDS_BYTES = 8 * 1024;

    private final Consumer<byte[]> send;

    /** @param send gets a line's payload: the level's ordinal, then JSON */
    HostLogger(Consumer<byte[]> send) {
        this.send = send;
    }

    @Override
    public void log(Level level, String message) {
        log(level, message, Map.of());
    }

    @Override
    public void log(Level level, String message, Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("message", cut(String.valueOf(message), MESSAGE_BYTES));
        if (!fields.isEmpty()) {
            line.put("fields", fitting(fields));
        }
        byte[] json = Json.encode(line);
        byte[] payload = new byte[json.length + 1];
        payload[0] = (byte) level.ordinal();
        System.arraycopy(json, 0, payload, 1, json.length);
        send.accept(payload);
    }

    /** The fields as they are where JSON has a form for them and they are not too many; else as texts, cut. */
    private static Map<String, @Nullable Object> fitting(Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(fields);
        int bytes;
        try {
            bytes = Json.encode(all).length;
        } catch (RuntimeException notJson) {
            all.replaceAll((name, value) -> cut(String.valueOf(value), FIELDS_BYTES / Math.max(1, fields.size())));
            bytes = Json.encode(all).length;
        }
        return bytes <= FIELDS_BYTES
                ? all
                : Map.of("dropped", bytes + " bytes of fields: at most " + FIELDS_BYTES + " are kept");
    }

    private static String cut(String text, int mostBytes) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= mostBytes ? text : new String(bytes, 0, mostBytes, StandardCharsets.UTF_8);
    }
}

package io.dataprism.plugins.errors;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call of a plugin's operation. */
record FailedCall(String plugin, String operation, Map<String, @Nullable Object> params) {

    /** From {@code {plugin, operation, params}}; null where it is none. */
    static @Nullable FailedCall of(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)
                || !(map.get("plugin") instanceof String plugin)
                || !(map.get("operation") instanceof String operation)) {
            return null;
        }
        Map<String, @Nullable Object> params = new LinkedHashMap<>();
        if (map.get("params") instanceof Map<?, ?> given) {
            given.forEach((name, each) -> params.put(String.valueOf(name), each));
        }
        return new FailedCall(plugin, operation, Collections.unmodifiableMap(params));
    }

    Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("plugin", plugin);
        json.put("operation", operation);
        json.put("params", params);
        return json;
    }
}

package io.dataprism.gateway.contract;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reading what a reader of YAML or JSON has made; what does not fit is an {@link IllegalStateException} that names the place. */
final class Tree {

    private Tree() {}

    @SuppressWarnings("unchecked") // a reader of YAML makes no other keys
    static Map<String, Object> map(@Nullable Object value, String place) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new IllegalStateException(place + ": an object is needed.");
    }

    @SuppressWarnings("unchecked") // elements are looked at by whoever takes them
    static List<Object> list(@Nullable Object value, String place) {
        if (value instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw new IllegalStateException(place + ": an array is needed.");
    }

    /** A value of a document without Vert.x's wrapping. */
    static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case JsonObject object -> object.getMap();
            case JsonArray array -> array.getList();
            case null, default -> value;
        };
    }

    static List<String> texts(@Nullable Object value, String place) {
        return list(value, place).stream().map(String::valueOf).toList();
    }

    static long number(Map<String, Object> map, String name, long otherwise) {
        return map.get(name) instanceof Number number ? number.longValue() : otherwise;
    }
}

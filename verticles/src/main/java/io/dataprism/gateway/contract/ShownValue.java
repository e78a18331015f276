package io.dataprism.gateway.contract;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What of a caller's value is shown in a problem. Any thread. */
public final class ShownValue {

    private static final int CHARACTERS = 200;

    private ShownValue() {}

    /** All of it where it is short, and else the beginning of its text or JSON. */
    public static @Nullable Object of(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case JsonObject object -> of(object.getMap());
            case JsonArray array -> of(array.getList());
            case java.math.BigInteger wide -> cut(wide.toString());
            case Number number -> number;
            case Boolean flag -> flag;
            case Map<?, ?> map -> nested(map);
            case List<?> list -> nested(list);
            default -> cut(value.toString());
        };
    }

    private static Object nested(Object value) {
        String text = Json.encode(value);
        return text.length() <= CHARACTERS ? value : cut(text);
    }

    private static String cut(String text) {
        return text.length() <= CHARACTERS ? text : text.substring(0, CHARACTERS) + "...";
    }
}

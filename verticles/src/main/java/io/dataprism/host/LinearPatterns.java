package io.dataprism.host;

import com.google.re2j.Pattern;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonFormatValidator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The patterns of one JSON Schema, tried in linear time: a schema comes with a plugin, and a pattern that goes back could keep a
 * processor of the host for ever. Each {@code pattern} becomes a format, which the library asks back about. Any thread.
 */
final class LinearPatterns implements JsonFormatValidator {

    private static final String FORMAT = "dataprism-pattern:";
    private static final Set<String> DATA = Set.of("const", "enum", "default", "examples");

    private static final Set<String> SCHEMAS_BY_NAME =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    private final Map<String, Pattern> compiled = new ConcurrentHashMap<>();

    /** The same schema with formats in the place of patterns. */
    static JsonObject rewritten(JsonObject schema) {
        JsonObject copy = new JsonObject();
        for (Map.Entry<String, Object> keyword : schema) {
            copy.put(keyword.getKey(), of(keyword.getKey(), keyword.getValue()));
        }
        if (copy.getValue("pattern") instanceof String pattern) {
            copy.remove("pattern");
            JsonArray all = copy.getValue("allOf") instanceof JsonArray given ? given.copy() : new JsonArray();
            copy.put("allOf", all.add(new JsonObject().put("format", FORMAT + pattern)));
        }
        return copy;
    }

    private static @Nullable Object of(String keyword, @Nullable Object value) {
        if (SCHEMAS_BY_NAME.contains(keyword) && value instanceof JsonObject schemas) {
            JsonObject copy = new JsonObject();
            schemas.forEach(each -> copy.put(each.getKey(), of(each.getValue())));
            return copy;
        }
        return DATA.contains(keyword) ? value : of(value);
    }

    private static @Nullable Object of(@Nullable Object value) {
        return switch (value) {
            case JsonObject object -> rewritten(object);
            case JsonArray array -> {
                JsonArray copy = new JsonArray();
                array.forEach(each -> copy.add(of(each)));
                yield copy;
            }
            case null, default -> value;
        };
    }

    @Override
    public @Nullable String validateFormat(String instanceType, @Nullable String format, @Nullable Object instance) {
        if (format == null || !format.startsWith(FORMAT)) {
            return DEFAULT_VALIDATOR.validateFormat(instanceType, format, instance);
        }
        String pattern = format.substring(FORMAT.length());
        boolean fits = !(instance instanceof String text)
                || compiled.computeIfAbsent(pattern, Pattern::compile)
                        .matcher(text)
                        .find();
        return fits ? null : "String does not match pattern " + pattern;
    }
}

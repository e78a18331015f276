package io.dataprism.host;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells JSON Schemas whose check takes no longer than copying the value does: small ones, of keywords that look at a part of a value
 * once. All others, such as patterns, references and combinations, may be slow, and schemas come from plugins.
 */
final class SimpleSchemas {

    /** Say nothing of the value, or compare it with a few constants. */
    private static final Set<String> CHEAP = Set.of(
            "$schema",
            "type",
            "title",
            "description",
            "default",
            "examples",
            "readOnly",
            "writeOnly",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties");

    private static final int MOST_KEYWORDS = 256;
    private static final int MOST_CONSTANTS = 32;

    private int keywords;

    private SimpleSchemas() {}

    static boolean isSimple(JsonObject schema) {
        return new SimpleSchemas().simple(schema);
    }

    private boolean simple(JsonObject schema) {
        return schema.stream().allMatch(keyword -> ++keywords <= MOST_KEYWORDS && simple(keyword));
    }

    private boolean simple(Map.Entry<String, Object> keyword) {
        return switch (keyword.getKey()) {
            case "properties" ->
                keyword.getValue() instanceof JsonObject properties
                        && properties.stream().allMatch(property -> simple(property.getValue()));
            case "additionalProperties", "items" -> simple(keyword.getValue());
            case "required" -> fewTexts(keyword.getValue());
            case "enum" -> fewTexts(keyword.getValue());
            default -> CHEAP.contains(keyword.getKey());
        };
    }

    private boolean simple(@Nullable Object schema) {
        return schema instanceof Boolean || schema instanceof JsonObject object && simple(object);
    }

    private static boolean fewTexts(@Nullable Object value) {
        return value instanceof JsonArray list
                && list.size() <= MOST_CONSTANTS
                && list.stream().allMatch(String.class::isInstance);
    }
}

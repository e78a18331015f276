package io.dataprism.host;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of settings what a JSON Schema marks {@code writeOnly}, wherever the mark stands: behind references, in
 * alternatives, for members by pattern. Where it cannot tell, because a reference leads elsewhere or the schema is a maze, it
 * takes out too much rather than too little. One use, one thread.
 */
final class SecretSettings {

    private static final int DEPTH_LIMIT = 64;
    private static final int STEPS_LIMIT = 100_000;
    private static final List<String> ALTERNATIVES = List.of("allOf", "anyOf", "oneOf");
    private static final List<String> SAME_PLACE = List.of("if", "then", "else", "not");
    private static final List<String> OTHER_MEMBERS = List.of("additionalProperties", "unevaluatedProperties");
    private static final List<String> ELEMENTS = List.of("items", "contains", "unevaluatedItems");

    private final JsonObject root;
    private int steps;

    private SecretSettings(JsonObject root) {
        this.root = root;
    }

    /** A copy without what is secret. */
    static JsonObject without(JsonObject settings, JsonObject schema) {
        if (!schema.encode().contains("\"writeOnly\"")) {
            return settings.copy();
        }
        SecretSettings search = new SecretSettings(schema);
        JsonObject copy = settings.copy();
        boolean secret = search.secret(schema, 0);
        search.hide(copy, schema, 0);
        return secret || search.lost(0) ? new JsonObject() : copy;
    }

    private boolean lost(int depth) {
        return ++steps > STEPS_LIMIT || depth > DEPTH_LIMIT;
    }

    /** Whether a value of that schema is secret as a whole. */
    private boolean secret(@Nullable Object here, int depth) {
        if (lost(depth)) {
            return true;
        }
        if (!(here instanceof JsonObject schema)) {
            return false;
        }
        return Boolean.TRUE.equals(schema.getValue("writeOnly"))
                || referred(schema).stream().anyMatch(each -> secret(each, depth + 1))
                || leadsElsewhere(schema)
                || samePlace(schema).stream().anyMatch(each -> secret(each, depth + 1));
    }

    private void hide(@Nullable Object value, @Nullable Object here, int depth) {
        if (!(here instanceof JsonObject schema) || lost(depth)) {
            return;
        }
        referred(schema).forEach(each -> hide(value, each, depth + 1));
        samePlace(schema).forEach(each -> hide(value, each, depth + 1));
        if (value instanceof JsonObject object) {
            members(object, schema, depth);
        } else if (value instanceof JsonArray array) {
            elements(array, schema, depth);
        }
    }

    private void members(JsonObject object, JsonObject schema, int depth) {
        JsonObject named = objectAt(schema, "properties");
        List<Object> others = new ArrayList<>();
        OTHER_MEMBERS.forEach(keyword -> others.add(schema.getValue(keyword, false)));
        // A pattern is the plugin's and may never end: it is taken to match everything.
        objectAt(schema, "patternProperties").forEach(pattern -> others.add(pattern.getValue()));
        for (String name : Set.copyOf(object.fieldNames())) {
            List<Object> rules = new ArrayList<>(others);
            if (named.containsKey(name)) {
                rules = List.of(named.getValue(name));
            }
            if (rules.stream().anyMatch(rule -> secret(rule, depth + 1))) {
                object.remove(name);
            } else {
                rules.forEach(rule -> hide(object.getValue(name), rule, depth + 1));
            }
        }
    }

    private void elements(JsonArray array, JsonObject schema, int depth) {
        List<Object> rules = new ArrayList<>();
        ELEMENTS.forEach(keyword -> rules.add(schema.getValue(keyword, false)));
        arrayAt(schema, "prefixItems").forEach(rules::add);
        if (rules.stream().anyMatch(rule -> secret(rule, depth + 1))) {
            array.clear();
            return;
        }
        for (int index = 0; index < array.size(); index++) {
            Object element = array.getValue(index);
            rules.forEach(rule -> hide(element, rule, depth + 1));
        }
    }

    private static List<Object> samePlace(JsonObject schema) {
        List<Object> all = new ArrayList<>();
        ALTERNATIVES.forEach(keyword -> arrayAt(schema, keyword).forEach(all::add));
        SAME_PLACE.forEach(keyword -> all.add(schema.getValue(keyword, false)));
        objectAt(schema, "dependentSchemas").forEach(each -> all.add(each.getValue()));
        return all;
    }

    /** What a reference within the schema leads to. */
    private List<Object> referred(JsonObject schema) {
        Object target = schema.getValue("$ref") instanceof String reference ? target(reference) : null;
        return target == null ? List.of() : List.of(target);
    }

    private boolean leadsElsewhere(JsonObject schema) {
        return schema.containsKey("$dynamicRef")
                || schema.getValue("$ref") instanceof String reference && target(reference) == null;
    }

    private @Nullable Object target(String reference) {
        if (!reference.startsWith("#")) {
            return null;
        }
        Object here = root;
        for (String step : reference.substring(1).split("/")) {
            String name = step.replace("~1", "/").replace("~0", "~");
            if (!name.isEmpty()) {
                here = here instanceof JsonObject object ? object.getValue(name) : null;
            }
        }
        return here;
    }

    private static JsonObject objectAt(JsonObject schema, String keyword) {
        return schema.getValue(keyword) instanceof JsonObject object ? object : new JsonObject();
    }

    private static JsonArray arrayAt(JsonObject schema, String keyword) {
        return schema.getValue(keyword) instanceof JsonArray array ? array : new JsonArray();
    }
}

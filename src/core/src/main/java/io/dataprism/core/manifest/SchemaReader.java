package io.dataprism.core.manifest;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks one JSON Schema of a manifest before anything is checked by it: that every keyword of 2020-12 has a value of the form
 * that the meta-schema gives it, that patterns are regular expressions that take linear time, and that references lead to a schema in the same
 * document and never in a circle. Keywords that nobody knows are annotations, as the standard has it. Bounded: by
 * {@value #VALUES_LIMIT} schemas, {@value #DEPTH_LIMIT} levels, and {@link SchemaReferences#STEPS_LIMIT}. Used by one thread.
 */
final class SchemaReader {

    private static final int VALUES_LIMIT = 5_000;
    private static final int DEPTH_LIMIT = 24;
    private static final int PATTERN_CHARACTERS = 1_000;
    private static final java.util.regex.Pattern REPEATED = java.util.regex.Pattern.compile("[*+]|\\{[0-9]+,");
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private static final Set<String> TYPES =
            Set.of("null", "boolean", "object", "array", "number", "string", "integer");
    private static final Set<String> SCHEMAS = Set.of(
            "additionalProperties",
            "items",
            "contains",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties",
            "contentSchema");
    private static final Set<String> SCHEMAS_IN_PLACE = Set.of("not", "if", "then", "else");
    private static final Set<String> SCHEMA_LISTS_IN_PLACE = Set.of("allOf", "anyOf", "oneOf");
    private static final Set<String> SCHEMA_MAPS = Set.of("properties", "patternProperties", "$defs", "definitions");
    private static final Set<String> NUMBERS = Set.of("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum");
    private static final Set<String> COUNTS = Set.of(
            "maxLength",
            "minLength",
            "maxItems",
            "minItems",
            "maxProperties",
            "minProperties",
            "maxContains",
            "minContains");
    private static final Set<String> FLAGS = Set.of("uniqueItems", "deprecated", "readOnly", "writeOnly");
    private static final Set<String> TEXTS = Set.of(
            "title",
            "description",
            "format",
            "$comment",
            "$id",
            "$anchor",
            "$dynamicAnchor",
            "contentEncoding",
            "contentMediaType");

    private final String root;
    private final Problems problems;
    private final SchemaReferences references;
    private int values;

    private SchemaReader(String root, Problems problems) {
        this.root = root;
        this.problems = problems;
        this.references = new SchemaReferences(root, problems);
    }

    /** Notes each problem with its pointer. @param pointer where the schema is */
    static void check(Map<String, @Nullable Object> schema, String pointer, Problems problems) {
        SchemaReader reader = new SchemaReader(pointer, problems);
        reader.schema(schema, pointer, 0);
        reader.references.check();
    }

    private void schema(@Nullable Object schema, String at, int depth) {
        values++;
        if (depth > DEPTH_LIMIT || values > VALUES_LIMIT) {
            if (values <= VALUES_LIMIT + 1) {
                problems.add(
                        at,
                        "The schema is too large: at most " + VALUES_LIMIT + " schemas, nested at most " + DEPTH_LIMIT
                                + " deep, are allowed.",
                        null);
            }
            return;
        }
        if (schema instanceof Boolean) {
            references.schema(at);
        } else if (schema instanceof Map<?, ?> keywords) {
            references.schema(at);
            keywords.forEach((keyword, value) -> keyword(String.valueOf(keyword), value, at, depth));
        } else {
            problems.add(at, "A schema must be a JSON object, true or false.", schema);
        }
    }

    private void keyword(String name, @Nullable Object value, String schema, int depth) {
        String at = at(schema, name);
        if (SCHEMAS.contains(name)) {
            schema(value, at, depth + 1);
        } else if (SCHEMAS_IN_PLACE.contains(name)) {
            references.inPlace(schema, at);
            schema(value, at, depth + 1);
        } else if (SCHEMA_LISTS_IN_PLACE.contains(name) || name.equals("prefixItems")) {
            schemaList(name, value, schema, depth);
        } else if (SCHEMA_MAPS.contains(name) || name.equals("dependentSchemas")) {
            schemaMap(name, value, schema, depth);
        } else {
            require(form(name, value, schema), at, name, value);
        }
    }

    private void schemaList(String name, @Nullable Object value, String schema, int depth) {
        String at = at(schema, name);
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            require("an array of at least one schema", at, name, value);
            return;
        }
        for (int index = 0; index < list.size(); index++) {
            if (!name.equals("prefixItems")) {
                references.inPlace(schema, at + "/" + index);
            }
            schema(list.get(index), at + "/" + index, depth + 1);
        }
    }

    private void schemaMap(String name, @Nullable Object value, String schema, int depth) {
        String at = at(schema, name);
        if (!(value instanceof Map<?, ?> map)) {
            require("an object of schemas", at, name, value);
            return;
        }
        map.forEach((key, each) -> {
            String below = at(at, String.valueOf(key));
            if (name.equals("patternProperties")) {
                require(namePattern(key), below, String.valueOf(key), null);
            } else if (name.equals("dependentSchemas")) {
                references.inPlace(schema, below);
            }
            schema(each, below, depth + 1);
        });
    }

    /** What it must be, where it is not; null: it is, or the keyword is nobody's. */
    private @Nullable String form(String name, @Nullable Object value, String schema) {
        if (TEXTS.contains(name)) {
            return text(name, value, schema);
        }
        if (FLAGS.contains(name)) {
            return value instanceof Boolean ? null : "true or false";
        }
        if (NUMBERS.contains(name)) {
            return value instanceof Number ? null : "a number";
        }
        if (COUNTS.contains(name)) {
            return isCount(value) ? null : "a whole number of 0 or more";
        }
        return switch (name) {
            case "type" -> isType(value) ? null : "one of " + TYPES + ", or an array of different ones";
            case "pattern" -> pattern(value);
            case "multipleOf" ->
                value instanceof Number number && number.doubleValue() > 0 ? null : "a number greater than 0";
            case "required" -> areNames(value) ? null : "an array of different texts";
            case "dependentRequired" ->
                value instanceof Map<?, ?> map && map.values().stream().allMatch(SchemaReader::areNames)
                        ? null
                        : "an object of arrays of different texts";
            case "enum", "examples" -> value instanceof List<?> ? null : "an array";
            case "$schema" -> DIALECT.equals(value) ? null : DIALECT;
            case "$ref", "$dynamicRef" -> reference(value, schema);
            default -> null;
        };
    }

    private @Nullable String text(String name, @Nullable Object value, String schema) {
        if (!(value instanceof String text)) {
            return "a text";
        }
        if (name.endsWith("nchor")) {
            references.anchor(text, schema);
        }
        return name.equals("$id") && !schema.equals(root) ? "left out but at the schema's root" : null;
    }

    private @Nullable String reference(@Nullable Object value, String schema) {
        if (!(value instanceof String text) || !text.startsWith("#")) {
            return "a reference into the same schema, such as #/$defs/name; nothing is fetched";
        }
        references.reference(text, schema);
        return null;
    }

    private static @Nullable String pattern(@Nullable Object value) {
        if (!(value instanceof String text) || text.length() > PATTERN_CHARACTERS) {
            return "a regular expression of at most " + PATTERN_CHARACTERS + " characters";
        }
        if (PatternSize.of(text) > PatternSize.LIMIT) {
            return "a regular expression that is small with its counted repetitions written out: at most "
                    + PatternSize.LIMIT + " characters";
        }
        try {
            Pattern.compile(text);
            return null;
        } catch (PatternSyntaxException invalid) {
            return "a regular expression that needs no going back, without look-around and back references: "
                    + invalid.getDescription();
        }
    }

    /** The library tries these by going back: only what is over after one pass may come before it. */
    private static @Nullable String namePattern(@Nullable Object value) {
        String wrong = pattern(value);
        if (wrong != null) {
            return wrong;
        }
        String text = String.valueOf(value);
        boolean onePass = text.startsWith("^") && !text.contains("(") && !text.contains("|") && unbounded(text) <= 1;
        return onePass ? null : "anchored with ^, without groups and alternatives, with at most one of *, + and {n,}";
    }

    private static long unbounded(String pattern) {
        return REPEATED.matcher(pattern).results().count();
    }

    private static boolean isType(@Nullable Object value) {
        return value instanceof String name
                ? TYPES.contains(name)
                : areNames(value) && value instanceof List<?> list && !list.isEmpty() && TYPES.containsAll(list);
    }

    private static boolean areNames(@Nullable Object value) {
        return value instanceof List<?> list
                && list.stream().allMatch(String.class::isInstance)
                && new HashSet<>(list).size() == list.size();
    }

    private static boolean isCount(@Nullable Object value) {
        return value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() % 1 == 0;
    }

    private void require(@Nullable String legal, String at, String name, @Nullable Object value) {
        if (legal != null) {
            problems.add(at, "'" + name + "' must be " + legal + ".", value);
        }
    }

    private static String at(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}

package io.dataprism.gateway.contract;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes schemas of the documents ready to be checked. What it does not know it refuses: it would not be checked. */
final class SchemaCompiler {

    /** In words, what a schema asks for, where the usual ones do not say it well. */
    private static final String WORDS = "x-dataprism-must";

    private static final Set<String> ANNOTATIONS = Set.of(
            "title", "description", "default", "examples", "format", "readOnly", "writeOnly", "deprecated", WORDS);

    private static final Map<String, Set<String>> KEYWORDS = Map.of(
            "string", Set.of("minLength", "maxLength", "pattern"),
            "integer", Set.of("minimum", "maximum"),
            "boolean", Set.of(),
            "array", Set.of("items", "minItems", "maxItems"),
            "object",
                    Set.of(
                            "properties",
                            "required",
                            "additionalProperties",
                            "minProperties",
                            "maxProperties",
                            "propertyNames"));

    private final UnaryOperator<Map<String, Object>> resolver;

    /** @param resolver answers the schema itself, or what its {@code $ref} names */
    SchemaCompiler(UnaryOperator<Map<String, Object>> resolver) {
        this.resolver = resolver;
    }

    /** @throws IllegalStateException for what would not be checked */
    ValueSchema compile(Object schema, String place) {
        if (Boolean.TRUE.equals(schema)) {
            return new AnyValue();
        }
        Map<String, Object> described = resolver.apply(Tree.map(schema, place));
        String words = (String) described.get(WORDS);
        if (described.containsKey("const")) {
            requireOnly(described, Set.of("const", "type"), place);
            return new ChoiceSchema(List.of(described.get("const")), words);
        }
        List<String> types = types(described, place);
        if (described.containsKey("enum")) {
            return choice(described, types, words, place);
        }
        boolean nullable = types.size() > 1 && types.remove("null");
        ValueSchema present = ofTypes(described, types, nullable, words, place);
        return nullable && !(present instanceof KindsSchema) ? new NullableSchema(present) : present;
    }

    private static ValueSchema choice(
            Map<String, Object> schema, List<String> types, @Nullable String words, String place) {
        requireOnly(schema, Set.of("enum", "type"), place);
        List<Object> values = new ArrayList<>(Tree.list(schema.get("enum"), place));
        boolean nullable = values.removeIf(each -> each == null);
        if (!types.isEmpty() && types.contains("null") != nullable) {
            throw new IllegalStateException(place + ": type and enum differ about null.");
        }
        ChoiceSchema present = new ChoiceSchema(values, words);
        return nullable ? new NullableSchema(present) : present;
    }

    private static List<String> types(Map<String, Object> schema, String place) {
        Object type = schema.get("type");
        return switch (type) {
            case null -> new ArrayList<>();
            case String one -> new ArrayList<>(List.of(one));
            default -> new ArrayList<>(Tree.texts(type, place));
        };
    }

    private ValueSchema ofTypes(
            Map<String, Object> schema, List<String> types, boolean nullable, @Nullable String words, String place) {
        if (types.isEmpty()) {
            requireOnly(schema, Set.of(), place);
            return new AnyValue();
        }
        if (types.size() > 1) {
            requireOnly(schema, Set.of("type"), place);
            List<String> kinds = new ArrayList<>(types);
            if (nullable) {
                kinds.add("null");
            }
            return new KindsSchema(kinds);
        }
        String type = types.getFirst();
        Set<String> keywords = new LinkedHashSet<>(KEYWORDS.getOrDefault(type, Set.of()));
        keywords.add("type");
        requireOnly(schema, keywords, place);
        return switch (type) {
            case "string" -> text(schema, words, place);
            case "integer" ->
                new WholeNumberSchema(
                        Tree.number(schema, "minimum", Long.MIN_VALUE), Tree.number(schema, "maximum", Long.MAX_VALUE));
            case "boolean" -> new BooleanSchema();
            case "array" ->
                new ArraySchema(
                        count(schema, "minItems", 0),
                        count(schema, "maxItems", Integer.MAX_VALUE),
                        compile(schema.getOrDefault("items", true), place + "/items"),
                        words);
            case "object" -> object(schema, words, place);
            default -> throw new IllegalStateException(place + ": the type " + type + " is not checked in requests.");
        };
    }

    private static TextSchema text(Map<String, Object> schema, @Nullable String words, String place) {
        int most = count(schema, "maxLength", Integer.MAX_VALUE);
        String pattern = (String) schema.get("pattern");
        if (pattern != null && most == Integer.MAX_VALUE) {
            throw new IllegalStateException(place + ": a pattern needs a maxLength, so that trying it is bounded.");
        }
        return new TextSchema(
                count(schema, "minLength", 0), most, pattern == null ? null : Pattern.compile(pattern), words);
    }

    private ObjectSchema object(Map<String, Object> schema, @Nullable String words, String place) {
        Map<String, ValueSchema> members = new LinkedHashMap<>();
        boolean secret = false;
        for (Map.Entry<String, Object> member :
                Tree.map(schema.getOrDefault("properties", Map.of()), place).entrySet()) {
            String below = place + "/" + member.getKey();
            members.put(member.getKey(), compile(member.getValue(), below));
            secret |= member.getValue() instanceof Map<?, ?> map
                    && Boolean.TRUE.equals(resolver.apply(Tree.map(map, below)).get("writeOnly"));
        }
        Object others = schema.getOrDefault("additionalProperties", true);
        Map<String, Object> names = Tree.map(schema.getOrDefault("propertyNames", Map.of()), place);
        requireOnly(names, Set.of("maxLength"), place + "/propertyNames");
        return new ObjectSchema(
                members,
                Set.copyOf(Tree.texts(schema.getOrDefault("required", List.of()), place)),
                Boolean.FALSE.equals(others) ? null : compile(others, place + "/*"),
                count(schema, "minProperties", 0),
                count(schema, "maxProperties", Integer.MAX_VALUE),
                count(names, "maxLength", Integer.MAX_VALUE),
                secret,
                words);
    }

    private static int count(Map<String, Object> schema, String keyword, int otherwise) {
        return Math.toIntExact(Tree.number(schema, keyword, otherwise));
    }

    private static void requireOnly(Map<String, Object> schema, Set<String> keywords, String place) {
        for (String keyword : schema.keySet()) {
            if (!keywords.contains(keyword) && !ANNOTATIONS.contains(keyword)) {
                throw new IllegalStateException(place + ": '" + keyword + "' is not checked there.");
            }
        }
    }
}

package io.dataprism.core.manifest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the references of one schema lead. A schema and those that it applies to the same value are a graph; who checks a
 * value walks it, so it has no circle, and from each schema at most {@value #STEPS_LIMIT} steps lead through it.
 */
final class SchemaReferences {

    /** More than any schema needs; fewer than a check notices. */
    static final int STEPS_LIMIT = 10_000;

    private static final int CHAIN_LIMIT = 64;

    private final String root;
    private final Problems problems;
    private final Set<String> schemas = new HashSet<>();
    private final Map<String, String> anchors = new HashMap<>();
    private final Map<String, List<String>> edges = new HashMap<>();
    private final List<Reference> references = new ArrayList<>();
    private final Map<String, Integer> steps = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();

    private record Reference(String text, String schema) {}

    /** @param root where the schema is */
    SchemaReferences(String root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    /** There is a schema. */
    void schema(String at) {
        schemas.add(at);
    }

    /** A schema has a name. */
    void anchor(String name, String schema) {
        anchors.put(name, schema);
    }

    /** A schema applies another one to the same value. */
    void inPlace(String schema, String other) {
        edges.computeIfAbsent(schema, none -> new ArrayList<>()).add(other);
    }

    /** A schema refers to another one. */
    void reference(String text, String schema) {
        references.add(new Reference(text, schema));
    }

    /** Notes the first problem of each kind; call it when all is known. */
    void check() {
        for (Reference reference : references) {
            String target = target(reference.text());
            if (target == null || !schemas.contains(target)) {
                problems.add(
                        reference.schema(),
                        "The reference '" + reference.text() + "' leads to no schema in this one.",
                        reference.text());
            } else {
                inPlace(reference.schema(), target);
            }
        }
        for (String schema : List.copyOf(edges.keySet())) {
            if (steps(schema) > STEPS_LIMIT) {
                problems.add(
                        schema,
                        "The schema leads through references back to itself, or to more than " + STEPS_LIMIT
                                + " others, or over more than " + CHAIN_LIMIT + ", for one and the same value.",
                        null);
                return;
            }
        }
    }

    private @Nullable String target(String text) {
        String fragment;
        try {
            fragment = URLDecoder.decode(text.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
        return fragment.isEmpty() || fragment.startsWith("/") ? root + fragment : anchors.get(fragment);
    }

    /** How many schemas are applied to one value, with repetitions; beyond the limit: one more than it. */
    private int steps(String schema) {
        Integer known = steps.get(schema);
        if (known != null) {
            return known;
        }
        if (underWay.size() >= CHAIN_LIMIT || !underWay.add(schema)) {
            return STEPS_LIMIT + 1;
        }
        int sum = 1;
        for (String next : edges.getOrDefault(schema, List.of())) {
            sum = Math.min(STEPS_LIMIT + 1, sum + steps(next));
            if (sum > STEPS_LIMIT) {
                break;
            }
        }
        underWay.remove(schema);
        steps.put(schema, sum);
        return sum;
    }
}

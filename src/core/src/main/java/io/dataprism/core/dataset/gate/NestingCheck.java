package io.dataprism.core.dataset.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Bounds how deep lists, structs and maps can be in one another in what a statement makes, and how many joins stand beside one
 * another: the engine's planner takes seconds to minutes beyond these bounds, cannot be interrupted, and Arrow carries no more than
 * 64 levels (DuckDB 1.5.6). What comes out of WITH clauses and subqueries is an estimate; what comes out of tables is counted as
 * flat, for the types of a result are looked at again once they are known. Values only; recursion is as deep as the tree, which
 * has {@link StatementGate#DEPTH_LIMIT} levels at most.
 */
final class NestingCheck {

    /** Within one expression, and in the name of one type. */
    static final int DEPTH_LIMIT = StatementGate.NESTING_LIMIT;

    /** From one query to the next, each taking what the one before made. */
    static final int CHAIN_LIMIT = 96;

    /** Members of one value, with those of its members. */
    static final long PARTS_LIMIT = 100_000;

    /** In each value of an array type, which are there even where the value is NULL; the engine takes memory for 2,048 rows. */
    static final int ARRAY_LIMIT = 20_000;

    /** In one FROM clause. */
    static final int JOINS_LIMIT = 50;

    /** What makes a value that has its arguments as members; how many levels deeper it is. */
    private static final Map<String, Integer> RECORDS = Map.of(
            "struct_pack",
            1,
            "row",
            1,
            "struct_insert",
            1,
            "struct_update",
            1,
            "union_value",
            1,
            "array_value",
            1,
            "struct_concat",
            0,
            "map",
            0,
            "list_zip",
            1,
            "array_zip",
            1);

    /** What makes a list or map of its argument. */
    private static final Set<String> LISTS = Set.of(
            "list_value",
            "list_pack",
            "unpivot_list",
            "list",
            "array_agg",
            "histogram",
            "histogram_exact",
            "list_histogram",
            "approx_top_k",
            "map_entries");

    private static final Set<String> NESTED_TYPES = Set.of("LIST", "ARRAY", "STRUCT", "MAP", "UNION");

    private NestingCheck() {}

    /** @throws io.dataprism.core.error.DataPrismException {@code QUERY_NOT_ALLOWED} beyond a bound */
    static void requireBounded(JsonNode statement) {
        new Walk(Map.of(), Nesting.FLAT).of(statement);
    }

    /** What is in sight at one place: what queries before this one make, by name, and what this one reads. */
    private record Walk(Map<String, Nesting> queries, Nesting source) {

        Nesting of(JsonNode node) {
            if (node.isObject() && node.path("class").isTextual()) {
                return bounded(expression(node));
            }
            String type = node.isObject() ? node.path("type").asText("") : "";
            if (type.endsWith("_NODE")) {
                return query(node);
            }
            if (type.equals("BASE_TABLE")) {
                return queries.getOrDefault(node.path("table_name").asText().toLowerCase(Locale.ROOT), Nesting.FLAT);
            }
            return widest(node);
        }

        private Nesting widest(JsonNode node) {
            Nesting widest = Nesting.FLAT;
            for (JsonNode each : node) {
                widest = widest.or(of(each));
            }
            return widest;
        }

        private Nesting query(JsonNode node) {
            Walk inside = this;
            for (JsonNode entry : node.path("cte_map").path("map")) {
                String name = entry.path("key").asText().toLowerCase(Locale.ROOT);
                inside = inside.with(name, inside.of(entry.path("value")).asSource());
            }
            JsonNode from = node.path("from_table");
            requireFewJoins(from);
            Walk reading = new Walk(inside.queries, source.or(inside.of(from).asSource()));
            Nesting made = Nesting.FLAT;
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                if (!member.getKey().equals("cte_map") && !member.getKey().equals("from_table")) {
                    made = made.or(reading.of(member.getValue()));
                }
            }
            return made;
        }

        private Walk with(String name, Nesting made) {
            Map<String, Nesting> more = new HashMap<>(queries);
            more.put(name, made);
            return new Walk(more, source);
        }

        private Nesting expression(JsonNode node) {
            return switch (node.path("class").asText()) {
                case "COLUMN_REF", "STAR", "POSITIONAL_REFERENCE" ->
                    widest(node).or(source);
                case "CAST" -> {
                    of(node.path("child"));
                    JsonNode type = node.path("cast_type");
                    requireSmallArrays(elements(type));
                    yield Nesting.ofType(type(type));
                }
                case "FUNCTION", "WINDOW" -> call(node);
                default -> widest(node);
            };
        }

        private Nesting call(JsonNode node) {
            String name = node.path("function_name").asText().toLowerCase(Locale.ROOT);
            Nesting arguments = Nesting.FLAT;
            long parts = 1;
            for (JsonNode argument : node.path("children")) {
                Nesting made = of(argument);
                arguments = arguments.or(made);
                parts += made.parts();
            }
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                if (!member.getKey().equals("children")) {
                    of(member.getValue()); // filters and orders have bounds too, and make nothing
                }
            }
            Integer levels = RECORDS.get(name);
            if (levels != null) {
                return arguments.deeper(levels).withParts(parts);
            }
            return LISTS.contains(name) ? arguments.deeper(1) : arguments;
        }
    }

    /** A MAP is a list of structs to the parser, and one level to everybody else. */
    private static int type(JsonNode node) {
        int deepest = 0;
        for (JsonNode each : node) {
            deepest = Math.max(deepest, type(each));
        }
        String id = node.path("id").asText("");
        return id.equals("MAP") ? Math.max(1, deepest) : deepest + (NESTED_TYPES.contains(id) ? 1 : 0);
    }

    /** How many elements one value of a type has, empty or not: arrays have their size in each row, and in one another its product. */
    private static double elements(JsonNode type) {
        double most = 1;
        for (JsonNode each : type) {
            most = Math.max(most, elements(each));
        }
        return type.path("type").asText("").equals("ARRAY_TYPE_INFO")
                ? most * Math.max(1, type.path("size").asDouble(1))
                : most;
    }

    private static void requireSmallArrays(double elements) {
        if (elements > ARRAY_LIMIT) {
            throw Refusals.notAllowed("an array type has " + (long) elements + " elements in each value, and "
                    + ARRAY_LIMIT + " are allowed: a list takes only what it holds");
        }
    }

    private static Nesting bounded(Nesting made) {
        if (made.depth() > DEPTH_LIMIT) {
            throw Refusals.notAllowed("lists, structs and maps are in one another " + made.depth() + " deep, and "
                    + DEPTH_LIMIT + " levels are allowed");
        }
        if (made.chain() > CHAIN_LIMIT) {
            throw Refusals.notAllowed("queries that take up one another nest lists, structs and maps " + made.chain()
                    + " deep, and " + CHAIN_LIMIT + " levels are allowed");
        }
        if (made.parts() > PARTS_LIMIT) {
            throw Refusals.notAllowed(
                    "it makes a value of " + made.parts() + " members, and " + PARTS_LIMIT + " are allowed");
        }
        return made;
    }

    private static void requireFewJoins(JsonNode from) {
        int joins = joins(from);
        if (joins > JOINS_LIMIT) {
            throw Refusals.notAllowed(
                    "a FROM clause joins " + (joins + 1) + " tables, and " + (JOINS_LIMIT + 1) + " are allowed");
        }
    }

    private static int joins(JsonNode table) {
        return "JOIN".equals(table.path("type").asText())
                ? 1 + joins(table.path("left")) + joins(table.path("right"))
                : 0;
    }
}

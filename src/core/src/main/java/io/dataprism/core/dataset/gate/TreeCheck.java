package io.dataprism.core.dataset.gate;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.core.permission.TableScope;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Walks the tree of one statement. Every node must be of a kind that is listed here, every function on the list of functions,
 * and every table a common table expression in sight or an entry of the catalog inside the scope. Used once.
 */
final class TreeCheck {

    private static final Set<String> EXPRESSIONS = Set.of(
            "BETWEEN",
            "CASE",
            "CAST",
            "COLLATE",
            "COLUMN_REF",
            "COMPARISON",
            "CONJUNCTION",
            "CONSTANT",
            "FUNCTION",
            "LAMBDA",
            "LAMBDA_REF",
            "OPERATOR",
            "PARAMETER",
            "POSITIONAL_REFERENCE",
            "STAR",
            "SUBQUERY",
            "TYPE",
            "WINDOW");

    private static final Set<String> NODES = Set.of(
            "SELECT_NODE",
            "SET_OPERATION_NODE",
            "RECURSIVE_CTE_NODE",
            "CTE_NODE", // query nodes
            "BASE_TABLE",
            "EMPTY",
            "EXPRESSION_LIST",
            "JOIN",
            "PIVOT",
            "SHOW_REF",
            "SUBQUERY",
            "TABLE_FUNCTION", // tables
            "LIMIT_MODIFIER",
            "LIMIT_PERCENT_MODIFIER",
            "ORDER_MODIFIER",
            "DISTINCT_MODIFIER", // modifiers
            "ORDER_DEFAULT",
            "ASCENDING",
            "DESCENDING"); // orders

    private static final Set<String> DESCRIPTIONS = Set.of("DESCRIBE", "SUMMARY");
    /** The engine's planner cannot be interrupted, so what it is given has bounds. */
    private static final int NODES_LIMIT = 250_000;

    private static final int SELECTS_LIMIT = 1_000;

    private static final Pattern PLAIN_NAME = Pattern.compile("[\\p{L}\\p{N}_ $-]{1,255}");
    private static final Set<String> RESERVED = Set.of("duckdb_", "sqlite_", "pragma_", "pg_", "information_schema");
    private static final String TYPE_INFO_SUFFIX = "_TYPE_INFO";

    private final String sql;
    private final AllowedFunctions functions;
    private final Predicate<String> isTable;
    private final TableScope scope;
    private int nodes;
    private int selects;
    private boolean readsVersions;

    TreeCheck(String sql, AllowedFunctions functions, Predicate<String> isTable, TableScope scope) {
        this.sql = sql;
        this.functions = functions;
        this.isTable = isTable;
        this.scope = scope;
    }

    /**
     * Checks a whole statement.
     *
     * @return whether it reads versions of tables (AT), which the engine must be shown first
     */
    boolean check(JsonNode statement) {
        walk(statement, VisibleNames.none());
        return readsVersions;
    }

    private void walk(JsonNode node, VisibleNames names) {
        if (node.isArray()) {
            node.forEach(each -> walk(each, names));
        } else if (node.isObject()) {
            walkObject(node, names);
        }
    }

    private void walkObject(JsonNode node, VisibleNames names) {
        if (++nodes > NODES_LIMIT || selects > SELECTS_LIMIT) {
            throw Refusals.notAllowed("it is too large: a statement may have " + SELECTS_LIMIT + " SELECTs and "
                    + NODES_LIMIT + " parts");
        }
        readsVersions |= node.hasNonNull("at_clause");
        JsonNode expression = node.get("class");
        JsonNode type = node.get("type");
        if (expression != null && expression.isTextual()) {
            requireExpression(node, expression.asText());
        } else if (type != null && type.isTextual()) {
            requireNode(node, type.asText(), names);
        }
        VisibleNames inside = declared(node, names);
        boolean tableFunction = type != null && "TABLE_FUNCTION".equals(type.asText());
        boolean description = type != null && "SHOW_REF".equals(type.asText());
        node.properties().forEach(member -> {
            switch (member.getKey()) {
                case "cte_map" -> {} // walked by declared()
                case "right" -> walk(member.getValue(), recursive(node, inside));
                case "query" -> walk(member.getValue(), description ? VisibleNames.none() : inside);
                case "value" -> walkConstant(node, member.getValue(), inside);
                case "function" -> {
                    if (tableFunction) {
                        walkTableFunction(member.getValue(), inside);
                    } else {
                        walk(member.getValue(), inside);
                    }
                }
                default -> walk(member.getValue(), inside);
            }
        });
    }

    /** The value of a constant is data, whose members mean nothing. */
    private void walkConstant(JsonNode owner, JsonNode value, VisibleNames names) {
        JsonNode expression = owner.get("class");
        if (expression == null || !"CONSTANT".equals(expression.asText())) {
            walk(value, names);
        }
    }

    private void walkTableFunction(JsonNode call, VisibleNames names) {
        String name = call.path("function_name").asText();
        if (!"FUNCTION".equals(call.path("class").asText())
                || !functions.allowsTableFunction(name)
                || !isOwnSchema(call)) {
            throw Refusals.notAllowed("the table function " + name + "() is not allowed here; "
                    + String.join(
                            ", ",
                            AllowedFunctions.TABLE_FUNCTIONS.stream().sorted().toList()) + " are");
        }
        call.properties().forEach(member -> walk(member.getValue(), names));
    }

    private void requireExpression(JsonNode node, String expression) {
        if (!EXPRESSIONS.contains(expression)) {
            throw Refusals.notAllowed("it has an expression of kind " + expression);
        }
        if (expression.equals("FUNCTION") || expression.equals("WINDOW")) {
            requireFunction(node);
        }
    }

    private void requireFunction(JsonNode call) {
        String name = call.path("function_name").asText();
        if (functions.allows(name)
                && isOwnSchema(call)
                && !call.path("export_state").asBoolean()) {
            Amplifiers.requireBounded(call);
            return;
        }
        if (functions.allows(name) || functions.knows(name) || !isOwnSchema(call)) {
            throw Refusals.notAllowed("the function " + name + "() is not allowed here");
        }
        throw Refusals.invalid(
                "there is no function " + name + "()",
                characters(call.path("query_location").asInt(0)));
    }

    /** The parser says where a part begins in bytes of UTF-8. */
    private int characters(int bytes) {
        int characters = 0;
        int left = bytes;
        for (int i = 0; i < sql.length() && left > 0; characters++) {
            int character = sql.codePointAt(i);
            left -= character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            i += Character.charCount(character);
        }
        return characters;
    }

    private static boolean isOwnSchema(JsonNode call) {
        String schema = call.path("schema").asText("");
        String catalog = call.path("catalog").asText("");
        return (schema.isEmpty() || schema.equals("main")) && (catalog.isEmpty() || catalog.equals("system"));
    }

    private void requireNode(JsonNode node, String type, VisibleNames names) {
        if (!NODES.contains(type) && !type.endsWith(TYPE_INFO_SUFFIX)) {
            throw Refusals.notAllowed("it has a part of kind " + type);
        }
        if (type.equals("SELECT_NODE")) {
            selects++;
        } else if (type.equals("BASE_TABLE")) {
            requireTable(node, names);
        } else if (type.equals("SHOW_REF")) {
            requireDescription(node);
        }
    }

    private static void requireDescription(JsonNode show) {
        boolean describes = DESCRIPTIONS.contains(show.path("show_type").asText())
                && show.path("query").isObject();
        if (!describes) {
            throw Refusals.notAllowed("of the SHOW statements there is SHOW TABLES, alone");
        }
    }

    private void requireTable(JsonNode table, VisibleNames names) {
        String written = table.path("table_name").asText();
        String name = written.toLowerCase(Locale.ROOT);
        String schema = table.path("schema_name").asText("");
        String catalog = table.path("catalog_name").asText("");
        if (schema.isEmpty() && catalog.isEmpty() && names.contains(name)) {
            if (table.hasNonNull("at_clause")) {
                throw Refusals.notAllowed("'" + written + "' is defined by WITH, and only tables have versions (AT)");
            }
            return;
        }
        String qualified = (catalog.isEmpty() ? "" : catalog + ".") + (schema.isEmpty() ? "" : schema + ".") + written;
        if (!scope.allows(name)) {
            throw Refusals.outsideScope(qualified);
        }
        boolean own = catalog.isEmpty() && (schema.isEmpty() || schema.equalsIgnoreCase("main"));
        if (!own || !isTable.test(name)) {
            throw Refusals.tableNotFound(qualified);
        }
    }

    /** Walks the common table expressions of a query node; each sees those before it, the node sees them all. */
    private VisibleNames declared(JsonNode node, VisibleNames names) {
        VisibleNames inside = names;
        for (JsonNode entry : node.path("cte_map").path("map")) {
            String name = entry.path("key").asText().toLowerCase(Locale.ROOT);
            requireUntaken(name);
            walk(entry.path("value"), inside);
            inside = inside.with(name);
        }
        return inside;
    }

    /** Only the right side of a recursive query sees itself: on the left its name would mean something else. */
    private VisibleNames recursive(JsonNode node, VisibleNames names) {
        JsonNode own = node.get("cte_name");
        if (own == null || !own.isTextual()) {
            return names;
        }
        String name = own.asText().toLowerCase(Locale.ROOT);
        requireUntaken(name);
        return names.with(name);
    }

    private void requireUntaken(String name) {
        if (isTable.test(name)) {
            throw Refusals.notAllowed("the WITH clause takes the name of table '" + name + "'");
        }
        if (!PLAIN_NAME.matcher(name).matches() || RESERVED.stream().anyMatch(name::startsWith)) {
            throw Refusals.notAllowed(
                    "the WITH clause takes the name '" + name + "', which can mean a file or a catalog");
        }
    }
}

package io.dataprism.core.dataset.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dataprism.core.dataset.gate.SqlTokens.Token;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Turns {@code t AT (VERSION => 3)}, which the engine has no tables for, into the name of a view of that version. Only those
 * words of the text are replaced; then the parser must make of the new text the very tree that the old one should become, or
 * the statement is refused.
 */
final class VersionRewrite {

    private static final String AT_CLAUSE = "at_clause";
    private static final String LOCATION = "query_location";
    private static final String ALIAS = "alias";
    private static final String TABLE = "table_name";
    private static final Set<String> WHOLE = Set.of("INTEGER", "BIGINT");

    private final String sql;
    private final List<Token> tokens;
    private final TreeMap<Integer, Edit> edits = new TreeMap<>();
    private final Set<VersionReference> versions = new HashSet<>();

    private record Edit(int end, String text) {}

    private VersionRewrite(String sql) {
        this.sql = sql;
        this.tokens = SqlTokens.of(sql);
    }

    /**
     * Rewrites a statement.
     *
     * @param statement its tree, checked; with an AT clause somewhere
     * @param parse makes the tree of the one statement that a text holds
     */
    static ApprovedStatement of(String sql, JsonNode statement, Function<String, JsonNode> parse) {
        VersionRewrite rewrite = new VersionRewrite(sql);
        JsonNode expected = statement.deepCopy();
        rewrite.turn(expected);
        String turned = rewrite.text();
        JsonNode found = parse.apply(turned).deepCopy();
        forgetLocations(expected);
        forgetLocations(found);
        if (!expected.equals(found)) {
            throw rewrite.notUnderstood();
        }
        return new ApprovedStatement(turned, rewrite.versions);
    }

    private void turn(JsonNode node) {
        if (node instanceof ObjectNode table && table.hasNonNull(AT_CLAUSE)) {
            turnTable(table);
        }
        node.forEach(this::turn);
    }

    private void turnTable(ObjectNode table) {
        String written = table.path(TABLE).asText();
        JsonNode at = table.remove(AT_CLAUSE);
        VersionReference version = new VersionReference(written.toLowerCase(Locale.ROOT), version(table, at));
        boolean named = !table.path(ALIAS).asText("").isEmpty();
        versions.add(version);
        replaceName(table, quoted(version.view()) + (named ? "" : " AS " + quoted(written)));
        removeClause(at);
        table.put(TABLE, version.view()).put(ALIAS, named ? table.path(ALIAS).asText() : written);
        table.remove(List.of("schema_name", "catalog_name"));
    }

    private long version(JsonNode table, JsonNode at) {
        JsonNode expression = at.path("expr");
        JsonNode value = expression.path("value").path("value");
        boolean whole = "CONSTANT".equals(expression.path("class").asText())
                && value.isIntegralNumber()
                && WHOLE.contains(
                        expression.path("value").path("type").path("id").asText())
                && value.canConvertToLong()
                && value.asLong() >= 0;
        if (!"VERSION".equals(at.path("unit").asText())) {
            throw invalid("tables cannot be read AT a " + at.path("unit").asText(), table, at);
        }
        if (!whole) {
            throw invalid("the version in AT is no whole number", table, at);
        }
        return value.asLong();
    }

    /** A name is one word, or several with dots between them. */
    private void replaceName(JsonNode table, String text) {
        int first = tokenAt(table.path(LOCATION).asInt());
        int last = first;
        while (is(last + 1, ".")) {
            last += 2;
        }
        requireToken(last);
        edits.put(tokens.get(first).start(), new Edit(tokens.get(last).end(), text));
    }

    /** {@code AT ( VERSION => 3 )}: the parser says where the number is. */
    private void removeClause(JsonNode at) {
        int number = tokenAt(at.path("expr").path(LOCATION).asInt());
        int first = number - 4;
        boolean clause = first >= 0
                && is(first, "AT")
                && is(first + 1, "(")
                && is(first + 2, "VERSION")
                && is(first + 3, "=>")
                && is(number + 1, ")");
        if (!clause) {
            throw notUnderstood();
        }
        edits.put(tokens.get(first).start(), new Edit(tokens.get(number + 1).end(), ""));
    }

    private int tokenAt(int startByte) {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).startByte() == startByte) {
                return i;
            }
        }
        throw notUnderstood();
    }

    private boolean is(int token, String word) {
        return token < tokens.size()
                && sql.substring(tokens.get(token).start(), tokens.get(token).end())
                        .equalsIgnoreCase(word);
    }

    private void requireToken(int token) {
        if (token >= tokens.size()) {
            throw notUnderstood();
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder(sql.length());
        int at = 0;
        for (Map.Entry<Integer, Edit> edit : edits.entrySet()) {
            if (edit.getKey() < at) {
                throw notUnderstood();
            }
            text.append(sql, at, edit.getKey()).append(edit.getValue().text());
            at = edit.getValue().end();
        }
        return text.append(sql, at, sql.length()).toString();
    }

    private static void forgetLocations(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(LOCATION);
        }
        node.forEach(VersionRewrite::forgetLocations);
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    private RuntimeException invalid(String what, JsonNode table, JsonNode at) {
        JsonNode location = at.path("expr").path(LOCATION);
        int start = location.isInt() ? tokenBefore(location.asInt()).start() : clauseStart(table);
        return Refusals.invalid(
                what + ": AT (VERSION => 3) is legal, with the number of a version", sql.codePointCount(0, start));
    }

    private Token tokenBefore(int startByte) {
        return tokens.stream()
                .filter(token -> token.startByte() <= startByte)
                .max(Comparator.comparingInt(Token::start))
                .orElseThrow(this::notUnderstood);
    }

    /** The parser does not say where a parameter is: where the clause begins is near enough. */
    private int clauseStart(JsonNode table) {
        int name = tokenAt(table.path(LOCATION).asInt());
        for (int i = name + 1; i < tokens.size(); i++) {
            if (is(i, "AT") && is(i + 1, "(")) {
                return tokens.get(i).start();
            }
        }
        return tokens.get(name).start();
    }

    private RuntimeException notUnderstood() {
        return Refusals.invalid(
                "AT is not understood here: it is legal after the name of a table and its alias, as in"
                        + " FROM flights AS f AT (VERSION => 3)",
                0);
    }
}

package io.dataprism.core.dataset.gate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.TableScope;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Decides whether a statement may run, by what DuckDB's own parser makes of it and before it is prepared. Immutable and safe on
 * any thread; blocks while it computes.
 */
public final class StatementGate {

    /** How deep a statement's tree may be. A query within a query takes about four levels. */
    static final int DEPTH_LIMIT = 1_000;

    /** How deep lists, structs and maps may be in one another, in a statement and in the types of its result. */
    public static final int NESTING_LIMIT = 24;

    /** The longest statement, in characters. */
    public static final int LENGTH_LIMIT = 1 << 20;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_LIMIT)
                    .maxStringLength(2 * LENGTH_LIMIT)
                    .build())
            .build());

    private final AllowedFunctions functions = new AllowedFunctions();

    /** Asks DuckDB's parser: a statement in, {@code json_serialize_sql} of it out. */
    @FunctionalInterface
    public interface Parser {

        /** The tree, or the parser's error, as JSON. */
        String parse(String sql);
    }

    /**
     * Checks a statement.
     *
     * @param tables the names in the catalog, sorted
     * @param scope what the caller may read
     * @return what is to run: the statement itself, with AT clauses turned into views; or for SHOW TABLES one of the host's own
     * @throws DataPrismException {@code QUERY_INVALID} with {@code position}, {@code QUERY_NOT_ALLOWED},
     *     {@code PERMISSION_DENIED}, {@code TABLE_NOT_FOUND}
     */
    public ApprovedStatement check(
            String sql, Parser parser, List<String> tables, Predicate<String> isTable, TableScope scope) {
        if (sql.length() > LENGTH_LIMIT) {
            throw Refusals.invalid(
                    "it has " + sql.length() + " characters, and " + LENGTH_LIMIT + " are allowed", LENGTH_LIMIT);
        }
        int nul = sql.indexOf('\0');
        if (nul >= 0) {
            throw Refusals.invalid("it has a NUL character", nul);
        }
        JsonNode statement = parse(sql, parser);
        if (isShowTables(statement.path("node"))) {
            return new ApprovedStatement(
                    listing(tables.stream().filter(scope::allows).toList()), Set.of());
        }
        boolean readsVersions = new TreeCheck(sql, functions, isTable, scope).check(statement);
        NestingCheck.requireBounded(statement);
        return readsVersions
                ? VersionRewrite.of(sql, statement, turned -> parse(turned, parser))
                : new ApprovedStatement(sql, Set.of());
    }

    private static JsonNode parse(String sql, Parser parser) {
        JsonNode answer = read(parser.parse(sql));
        if (answer.path("error").asBoolean()) {
            throw refusal(sql, answer);
        }
        JsonNode statements = answer.path("statements");
        if (statements.isEmpty()) {
            throw Refusals.invalid("it has no statement", 0);
        }
        if (statements.size() != 1) {
            throw Refusals.notAllowed("it has " + statements.size() + " statements, and one is allowed");
        }
        return statements.get(0);
    }

    /** The text up to its last word that is no semicolon. */
    public static String withoutEnd(String sql) {
        List<SqlTokens.Token> tokens = SqlTokens.of(sql);
        for (SqlTokens.Token token : tokens.reversed()) {
            if (sql.charAt(token.start()) != ';') {
                return sql.substring(0, token.end());
            }
        }
        return "";
    }

    private static JsonNode read(String answer) {
        try {
            return JSON.readTree(answer);
        } catch (JsonProcessingException tooDeep) {
            throw Refusals.notAllowed("it is nested too deeply; its tree may have " + DEPTH_LIMIT + " levels");
        }
    }

    private static DataPrismException refusal(String sql, JsonNode error) {
        String message = error.path("error_message").asText();
        if (!"parser".equals(error.path("error_type").asText())) {
            return Refusals.notAllowed(
                    LeadingKeyword.thatDoesNotRead(sql) + ", and only statements that read are allowed");
        }
        if (message.startsWith("A CTE needs a SELECT")) {
            return Refusals.notAllowed("the WITH clause holds a statement that does not read");
        }
        if (message.startsWith("Max expression depth")) {
            throw Refusals.invalid(
                    "its expressions are nested too deeply; " + DEPTH_LIMIT + " levels are the limit", 0);
        }
        String first = message.lines().findFirst().orElse("it cannot be parsed");
        return Refusals.invalid(first, error.path("position").asInt(0));
    }

    private static boolean isShowTables(JsonNode node) {
        JsonNode from = node.path("from_table");
        return "SELECT_NODE".equals(node.path("type").asText())
                && node.path("modifiers").isEmpty()
                && "SHOW_REF".equals(from.path("type").asText())
                && "SHOW_UNQUALIFIED".equals(from.path("show_type").asText())
                && "\"tables\"".equals(from.path("table_name").asText())
                && node.path("select_list").size() == 1;
    }

    /** SHOW TABLES, of the tables that the caller may see, in words that every engine knows. Their names need no quoting. */
    private static String listing(List<String> names) {
        if (names.isEmpty()) {
            return "SELECT name FROM (VALUES ('')) AS tables(name) WHERE 1 = 0";
        }
        String list = names.stream().map(name -> "('" + name + "')").collect(Collectors.joining(", "));
        return "SELECT name FROM (VALUES " + list + ") AS tables(name) ORDER BY name";
    }
}

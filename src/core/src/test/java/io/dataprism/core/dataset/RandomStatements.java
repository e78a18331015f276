package io.dataprism.core.dataset;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Statements that read, most of them nonsense, made of what the gate allows. The same seed makes the same statement. */
final class RandomStatements {

    private final Random random;
    private int budget = 60;

    private RandomStatements(long seed) {
        this.random = new Random(seed);
    }

    static String of(long seed) {
        return new RandomStatements(seed).statement();
    }

    private String statement() {
        return switch (random.nextInt(12)) {
            case 0 -> "SUMMARIZE " + query();
            case 1 -> "DESCRIBE " + query();
            case 2 ->
                "WITH RECURSIVE r(n, v) AS (SELECT 1, " + expression() + " UNION" + maybe(" ALL") + " SELECT n + 1, "
                        + oneOf("v", "NULL", expression()) + " FROM r WHERE n < 6) SELECT * FROM r";
            case 3 -> "PIVOT (" + query() + ") ON x IN (1, 2, NULL) USING " + aggregate();
            case 4 -> "UNPIVOT (" + query() + ") ON " + oneOf("x, y", "COLUMNS(*)", "*", "(x, y)");
            default -> query();
        };
    }

    private String query() {
        if (budget < 0 || random.nextInt(4) > 0) {
            return select();
        }
        return "(" + query() + ") " + oneOf("UNION", "UNION ALL", "UNION ALL BY NAME", "EXCEPT", "INTERSECT ALL") + " ("
                + query() + ")";
    }

    private String select() {
        budget -= 2;
        boolean grouped = random.nextInt(4) == 0;
        Supplier<String> item = grouped ? this::aggregate : this::item;
        String list = IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i ->
                        item.get() + " AS " + List.of("x", "y", "\"z \"\" ü\"").get(i))
                .collect(Collectors.joining(", "));
        return maybe("WITH q AS " + oneOf("", "MATERIALIZED ") + "(SELECT 1 AS x, 'a' AS y) ") + "SELECT "
                + maybe("DISTINCT ")
                + list + " FROM " + source() + maybe(" WHERE " + expression())
                + (grouped ? maybe(" GROUP BY " + grouping()) : "")
                + maybe(" ORDER BY " + oneOf("ALL", "1", expression() + " DESC NULLS LAST"))
                + maybe(" LIMIT " + oneOf("3", "0", "10%", "2 OFFSET 1"));
    }

    private String grouping() {
        return oneOf("ALL", "ROLLUP (x, y)", "CUBE (x)", "GROUPING SETS ((x), ())", expression());
    }

    private String source() {
        String table = oneOf(
                "t",
                "t AT (VERSION => 1)",
                "t AT (VERSION => 2) AS u",
                "range(3) r(x)",
                "(VALUES (1, 'a'), (NULL, 'b')) v(x, y)",
                "generate_series(1, 3) g(x)",
                "t USING SAMPLE 2 ROWS",
                "(SELECT 1 AS x, [1, 2] AS l)");
        if (budget < 0) {
            return table;
        }
        return switch (random.nextInt(8)) {
            case 0 -> table + ", LATERAL (SELECT " + expression() + " AS z) w";
            case 1 ->
                table + " " + oneOf("LEFT", "FULL", "SEMI", "ANTI", "ASOF", "POSITIONAL", "CROSS") + " JOIN t AS o"
                        + maybe(" ON " + expression());
            case 2 -> "(" + query() + ") n";
            case 3 -> table + ", unnest(" + expression() + ") m(z)";
            default -> table;
        };
    }

    private String item() {
        return switch (random.nextInt(8)) {
            case 0 ->
                oneOf(
                                "row_number()",
                                "rank()",
                                "ntile(3)",
                                "lag(" + expression() + ")",
                                "first_value(" + expression() + ")",
                                aggregate(),
                                "nth_value(x, 2)",
                                "cume_dist()")
                        + " OVER (" + maybe("PARTITION BY " + expression()) + maybe(" ORDER BY " + expression()) + " "
                        + oneOf(StatementWords.FRAMES.toArray(String[]::new)) + ")";
            case 1 -> "unnest(" + expression() + maybe(", recursive := true") + ")";
            default -> expression();
        };
    }

    private String aggregate() {
        budget--;
        return pick(StatementWords.AGGREGATES) + "(" + maybe("DISTINCT ") + arguments(1 + random.nextInt(2))
                + maybe(" ORDER BY x") + ")" + maybe(" FILTER (WHERE " + expression() + ")");
    }

    private String expression() {
        if (budget > 0 && random.nextInt(3) > 0) {
            return oneOf(number(), text(), list());
        }
        budget--;
        if (budget < 0 || random.nextInt(5) == 0) {
            return pick(StatementWords.LITERALS);
        }
        return switch (random.nextInt(14)) {
            case 0 -> oneOf("CAST(", "TRY_CAST(") + expression() + " AS " + pick(StatementWords.TYPES) + ")";
            case 1, 2 -> "(" + expression() + " " + pick(StatementWords.OPERATORS) + " " + expression() + ")";
            case 3 -> "CASE WHEN " + expression() + " THEN " + expression() + " ELSE " + expression() + " END";
            case 4 ->
                "list_" + oneOf("transform", "filter", "reduce") + "(" + expression() + ", lambda lambda_x: "
                        + expression() + ")";
            case 5 -> "[" + expression() + " FOR lambda_x IN " + expression() + " IF " + expression() + "]";
            case 6 -> "(" + expression() + ")[" + expression() + maybe(":" + expression()) + "]";
            case 7 -> "{'a': " + expression() + ", 'B b': " + expression() + "}";
            case 8 -> "(SELECT " + expression() + " FROM " + source() + maybe(" WHERE " + expression()) + " LIMIT 1)";
            case 9 ->
                "(" + expression() + " "
                        + oneOf(
                                "IS NULL",
                                "IS NOT NULL",
                                "BETWEEN 1 AND 2",
                                "IN (1, NULL)",
                                "= ANY (SELECT x FROM t)",
                                "COLLATE NOCASE")
                        + ")";
            default -> pick(StatementWords.FUNCTIONS) + "(" + arguments(random.nextInt(4)) + ")";
        };
    }

    /** These three have types that fit, so that much of what is made runs. */
    private String number() {
        if (--budget < 0 || random.nextInt(3) == 0) {
            return oneOf("x", "x", "1", "-3", "2.5", "1e300", "NULL", "9223372036854775807");
        }
        return switch (random.nextInt(7)) {
            case 0 -> "(" + number() + " " + oneOf("+", "-", "*", "/", "%", "//") + " " + number() + ")";
            case 1 ->
                oneOf("abs", "round", "sqrt", "even", "sign", "hash", "bit_count", "isnan") + "(" + number() + ")";
            case 2 -> "len(" + list() + ")";
            case 3 -> "length(" + text() + ")";
            case 4 -> oneOf("list_sum", "list_max", "list_median", "list_mode", "list_entropy") + "(" + list() + ")";
            case 5 -> "CASE WHEN " + number() + " > " + number() + " THEN " + number() + " END";
            default -> "TRY_CAST(" + text() + " AS " + pick(StatementWords.TYPES.subList(0, 17)) + ")";
        };
    }

    private String text() {
        if (--budget < 0 || random.nextInt(3) == 0) {
            return oneOf("'a'", "''", "'ü\uD83D\uDE00'", "'%d {}'", "'[a-z]*'", "'2001-01-31'", "NULL");
        }
        return switch (random.nextInt(8)) {
            case 0 -> "CAST(" + expression() + " AS VARCHAR)";
            case 1 ->
                oneOf("upper", "reverse", "md5", "trim", "strip_accents", "hex", "nfc_normalize") + "(" + text() + ")";
            case 2 -> "concat(" + expression() + ", " + text() + ")";
            case 3 ->
                "regexp_" + oneOf("replace(", "extract(") + text() + ", " + oneOf("'(.)'", "'a*'", "'\\w'") + ", "
                        + oneOf("'\\1'", "'0'") + ")";
            case 4 -> "substr(" + text() + ", " + number() + "::BIGINT, 3)";
            case 5 ->
                "strftime(DATE '2001-01-31' + " + oneOf("1", "x::INTEGER") + ", " + oneOf("'%j %U'", "'%'", "'%A'")
                        + ")";
            case 6 -> "to_json(" + expression() + ")";
            default -> "list_string_agg(" + list() + ")";
        };
    }

    private String list() {
        if (--budget < 0 || random.nextInt(3) == 0) {
            return oneOf("[1, 2, NULL]", "[]", "[x]", "NULL::INTEGER[]");
        }
        return switch (random.nextInt(6)) {
            case 0 -> "[" + number() + ", " + number() + "]";
            case 1 -> "range((" + number() + ")::BIGINT % 5)";
            case 2 -> "list_transform(" + list() + ", lambda q: q + " + number() + ")";
            case 3 ->
                oneOf("list_sort", "list_distinct", "list_reverse", "flatten", "list_grade_up") + "(" + list() + ")";
            case 4 -> "map_values(map {" + text() + ": " + expression() + "})";
            default -> "(" + list() + ")[" + oneOf("1:2", "-1:", ":x", "2:0:-1") + "]";
        };
    }

    private String arguments(int count) {
        return IntStream.range(0, count).mapToObj(i -> expression()).collect(Collectors.joining(", "));
    }

    private String maybe(String part) {
        return random.nextInt(3) == 0 ? part : "";
    }

    private String oneOf(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}

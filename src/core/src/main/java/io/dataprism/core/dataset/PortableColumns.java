package io.dataprism.core.dataset;

import io.dataprism.plugin.TableInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Columns that DuckDB cannot hand out as Arrow, or only as something else: VARIANT, for which it knows no Arrow type, and
 * INTERVAL, whose time wraps around silently where it exceeds 64 bits of nanoseconds. A statement that has such columns is run
 * inside another one, which makes JSON of the first kind and fails for values of the second that do not fit.
 */
final class PortableColumns {

    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'");
    private static final Pattern VARIANT = Pattern.compile("\\bVARIANT\\b");

    /** Types that Parquet has only as something less: these keep the whole value. */
    private static final Map<String, String> IN_PARQUET = Map.of(
            "UHUGEINT",
            "DECIMAL(38,0)",
            "HUGEINT",
            "DECIMAL(38,0)",
            "TIME WITH TIME ZONE",
            "VARCHAR",
            "VARIANT",
            "JSON");

    private static final Pattern POOR_IN_PARQUET =
            Pattern.compile(QUOTED.pattern() + "|\\b(UHUGEINT|HUGEINT|TIME WITH TIME ZONE|VARIANT)\\b");

    /** 2^63 nanoseconds, in whole hours. */
    private static final int HOURS_LIMIT = 2_562_046;

    private PortableColumns() {}

    /** Whether a statement with these columns must be wrapped. */
    static boolean needsWrapping(List<TableInfo.Column> columns) {
        return columns.stream().anyMatch(column -> isVariant(column.type()) || isInterval(column.type()));
    }

    /**
     * The statement around another one: the same columns and rows in the same order.
     *
     * @param sql one statement, without comments and semicolons
     */
    static String wrap(String sql, List<TableInfo.Column> columns) {
        List<String> aliases = new ArrayList<>();
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            String alias = "c" + i;
            aliases.add(alias);
            selected.add(portable(alias, columns.get(i)) + " AS "
                    + SqlText.identifier(columns.get(i).name()));
        }
        return "SELECT " + String.join(", ", selected) + " FROM (" + sql + ") AS t(" + String.join(", ", aliases) + ")";
    }

    /**
     * The statement that writes the result of another one to a Parquet file.
     *
     * @param sql one statement, without comments and semicolons
     * @param names of the columns, no two the same
     */
    static String export(
            String sql, List<TableInfo.Column> columns, List<String> names, @Nullable Long maxRows, Path file) {
        List<String> aliases = new ArrayList<>();
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            String alias = "c" + i;
            aliases.add(alias);
            selected.add(inParquet(alias, columns.get(i).type()) + " AS " + SqlText.identifier(names.get(i)));
        }
        return "COPY (SELECT " + String.join(", ", selected) + " FROM (" + sql + ") AS t(" + String.join(", ", aliases)
                + ")" + (maxRows == null ? "" : " LIMIT " + maxRows) + ") TO " + SqlText.literal(file)
                + " (FORMAT parquet, USE_TMP_FILE false)";
    }

    private static String inParquet(String alias, String type) {
        String kept = POOR_IN_PARQUET
                .matcher(type)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) == null ? found.group() : IN_PARQUET.getOrDefault(found.group(1), "VARCHAR")));
        return kept.equals(type) ? alias : "CAST(" + alias + " AS " + kept + ")";
    }

    private static String portable(String alias, TableInfo.Column column) {
        if (isVariant(column.type())) {
            return "CAST(" + alias + " AS JSON)";
        }
        if (isInterval(column.type())) {
            return "CASE WHEN abs(date_part('hour', " + alias + ")) > " + HOURS_LIMIT
                    + " THEN error('An INTERVAL has a time of more than " + HOURS_LIMIT
                    + " hours, which is the most that a result can carry') ELSE " + alias + " END";
        }
        return alias;
    }

    private static boolean isInterval(String type) {
        return type.equals("INTERVAL");
    }

    private static boolean isVariant(String type) {
        return VARIANT.matcher(QUOTED.matcher(type).replaceAll("")).find();
    }
}

package io.dataprism.plugins.outliers;

import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.TableInfo;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A question about a table, as the engine is asked: once for the figures, once for the rows. */
record TableQuestion(String table, Question question, Method method) {

    private static final Pattern NUMERIC =
            Pattern.compile("U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL(\\(.*\\))?");

    /** Fails with {@code REQUEST_INVALID} where a column is not there or has no numbers. */
    void check(List<TableInfo.Column> columns) {
        List<String> names = columns.stream().map(TableInfo.Column::name).toList();
        question.group().filter(name -> !names.contains(name)).ifPresent(name -> {
            throw Question.missing("group", name, names);
        });
        List<String> numeric = columns.stream()
                .filter(column -> NUMERIC.matcher(column.type()).matches())
                .map(TableInfo.Column::name)
                .toList();
        for (String name : question.columns()) {
            if (!names.contains(name)) {
                throw Question.missing("columns", name, names);
            }
            if (!numeric.contains(name)) {
                throw PluginException.invalidParameter(
                        "columns",
                        "names '" + name + "', which has no numbers; the columns of '" + table + "' with numbers are "
                                + numeric);
            }
        }
    }

    /** One row for each group: the group, then two figures for each column. */
    String figures() {
        String by = question.group().map(name -> quoted(name) + ", ").orElse("");
        return "SELECT " + by
                + question.columns().stream()
                        .map(name -> method.figures(finite(name)))
                        .collect(Collectors.joining(", "))
                + " FROM " + quoted(table)
                + question.group().map(name -> " GROUP BY " + quoted(name)).orElse("");
    }

    /** All rows. */
    String rows() {
        return "SELECT * FROM " + quoted(table);
    }

    private static String finite(String name) {
        String value = quoted(name) + "::DOUBLE";
        return "(CASE WHEN isfinite(" + value + ") THEN " + value + " END)";
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}

package io.dataprism.plugins.delays;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a call names.
 *
 * @param by the column to group by; empty where all rows are of one group
 * @param value the numeric column
 */
record Columns(Optional<String> by, String value) {

    /** Of the operation {@code statistics}. */
    static Columns grouped(Map<String, @Nullable Object> params) {
        return new Columns(Optional.of(text(params, "by", "origin")), text(params, "value", "delay"));
    }

    /** Of the operation {@code summary}. */
    static Columns overall(Map<String, @Nullable Object> params) {
        return new Columns(Optional.empty(), text(params, "value", "delay"));
    }

    /** The query for the same columns of a table. */
    String select(String table) {
        return "SELECT "
                + Stream.concat(by.stream(), Stream.of(value))
                        .map(Columns::quoted)
                        .collect(Collectors.joining(", "))
                + " FROM " + quoted(table);
    }

    /** Refuses a name that is none of a table's. */
    void check(List<String> names) {
        by.ifPresent(name -> check("by", name, names));
        check("value", value, names);
    }

    Optional<FieldVector> groups(Batch batch) {
        return by.map(name -> column(batch, "by", name));
    }

    FieldVector values(Batch batch) {
        FieldVector column = column(batch, "value", value);
        if (!Cells.isNumeric(column)) {
            throw PluginException.invalidParameter(
                    "value",
                    "is '" + value + "', a column of type " + column.getField().getType()
                            + "; the figures need integers, DECIMAL, FLOAT or DOUBLE, as have "
                            + batch.root().getFieldVectors().stream()
                                    .filter(Cells::isNumeric)
                                    .map(FieldVector::getName)
                                    .toList());
        }
        return column;
    }

    private static FieldVector column(Batch batch, String parameter, String name) {
        FieldVector column = batch.root().getVector(name);
        if (column == null) {
            throw missing(
                    parameter,
                    name,
                    batch.root().getFieldVectors().stream()
                            .map(FieldVector::getName)
                            .toList());
        }
        return column;
    }

    private static void check(String parameter, String name, List<String> names) {
        if (!names.contains(name)) {
            throw missing(parameter, name, names);
        }
    }

    private static PluginException missing(String parameter, String name, List<String> names) {
        return PluginException.invalidParameter(
                parameter, "is '" + name + "', which is no column of the input; its columns are " + names);
    }

    private static String text(Map<String, @Nullable Object> params, String name, String otherwise) {
        Object value = params.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw PluginException.invalidParameter(name, "is " + value + ", and must be the name of a column");
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}

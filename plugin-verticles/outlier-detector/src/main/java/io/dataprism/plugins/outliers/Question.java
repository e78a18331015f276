package io.dataprism.plugins.outliers;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Cells;
import io.dataprism.plugin.PluginException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * What both operations are asked.
 *
 * @param columns the numeric columns, 1 to 16
 * @param group the column whose values make groups
 * @param threshold beyond which distance from 0 a score makes an outlier
 * @param onlyOutliers whether other rows are left out
 */
record Question(List<String> columns, Optional<String> group, double threshold, boolean onlyOutliers) {

    private static final int MAX_COLUMNS = 16;

    static Question of(Map<String, @Nullable Object> params, double usualThreshold) {
        if (!(params.get("columns") instanceof List<?> list)
                || list.isEmpty()
                || list.size() > MAX_COLUMNS
                || !list.stream().allMatch(String.class::isInstance)) {
            throw PluginException.invalidParameter(
                    "columns",
                    "is " + params.get("columns") + ", and must be a list of 1 to " + MAX_COLUMNS
                            + " names of numeric columns");
        }
        double threshold = number(params, "threshold", usualThreshold);
        if (!(threshold > 0)) {
            throw PluginException.invalidParameter("threshold", "is " + threshold + ", and must be above 0");
        }
        String rows = text(params, "rows").orElse("all");
        if (!rows.equals("all") && !rows.equals("outliers")) {
            throw PluginException.invalidParameter("rows", "is '" + rows + "', and must be 'all' or 'outliers'");
        }
        return new Question(
                list.stream().map(String::valueOf).distinct().toList(),
                text(params, "group"),
                threshold,
                rows.equals("outliers"));
    }

    static Optional<String> text(Map<String, @Nullable Object> params, String name) {
        Object value = params.get(name);
        if (value != null && !(value instanceof String)) {
            throw PluginException.invalidParameter(name, "is " + value + ", and must be text");
        }
        return Optional.ofNullable((String) value);
    }

    static double number(Map<String, @Nullable Object> params, String name, double otherwise) {
        Object value = params.get(name);
        if (value != null && !(value instanceof Number)) {
            throw PluginException.invalidParameter(name, "is " + value + ", and must be a number");
        }
        return value == null ? otherwise : ((Number) value).doubleValue();
    }

    /** The columns of a batch that are looked at, in order. */
    List<FieldVector> values(Batch batch) {
        return columns.stream().map(name -> numeric(batch, name)).toList();
    }

    /** The column that makes groups. */
    Optional<FieldVector> groups(Batch batch) {
        return group.map(name -> column(batch, "group", name));
    }

    private static FieldVector numeric(Batch batch, String name) {
        FieldVector column = column(batch, "columns", name);
        if (!Cells.isNumeric(column)) {
            throw PluginException.invalidParameter(
                    "columns",
                    "names '" + name + "', a column of type "
                            + column.getField().getType()
                            + "; the columns with numbers are "
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

    static PluginException missing(String parameter, String name, List<String> names) {
        return PluginException.invalidParameter(
                parameter, "names '" + name + "', which is no column; the columns are " + names);
    }
}

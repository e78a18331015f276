package io.dataprism.plugins.scatter;

import io.dataprism.plugins.drawing.Parameters;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for.
 *
 * @param x the column along the horizontal axis
 * @param y the column along the vertical axis
 * @param group the column whose values have a colour each
 * @param size the column of the dots' areas
 * @param title empty where the names of the columns serve as one
 * @param maxGroups the groups with a colour of their own at most
 * @param maxDots the dots at most; more rows are drawn by so many
 * @param opacity of a dot that stands for one row, over 0 and up to 1; empty: by how many rows there are
 */
record ScatterParameters(
        String x,
        String y,
        Optional<String> group,
        Optional<String> size,
        Optional<String> title,
        int maxGroups,
        int maxDots,
        Optional<Double> opacity) {

    static ScatterParameters of(Map<String, @Nullable Object> params) {
        return new ScatterParameters(
                Parameters.column(params, "x"),
                Parameters.column(params, "y"),
                Parameters.optionalColumn(params, "group"),
                Parameters.optionalColumn(params, "size"),
                Parameters.text(params, "title"),
                Parameters.integer(params, "maxGroups", 10, 1, 10),
                Parameters.integer(params, "maxDots", 4_000, 100, 20_000),
                Parameters.number(params, "opacity", 0, 1));
    }
}

package io.dataprism.plugins.line;

import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.drawing.Parameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for.
 *
 * @param x the column along the horizontal axis
 * @param y the columns of the heights, a line for each
 * @param series the column whose values make lines of one {@code y}
 * @param title empty where the names of the columns serve as one
 * @param maxSeries the lines at most, where {@code series} makes them
 * @param zero whether the vertical axis includes zero; empty: where the values are near to it
 */
record LineParameters(
        String x,
        List<String> y,
        Optional<String> series,
        Optional<String> title,
        int maxSeries,
        Optional<Boolean> zero) {

    private static final int MAX_COLUMNS = 50;

    static LineParameters of(Map<String, @Nullable Object> params) {
        List<String> y = columns(params);
        Optional<String> series = Parameters.optionalColumn(params, "series");
        if (series.isPresent() && y.size() > 1) {
            throw PluginException.invalidParameter(
                    "series", "is '" + series.get() + "', and needs one column as y, not " + y.size());
        }
        return new LineParameters(
                Parameters.column(params, "x"),
                y,
                series,
                Parameters.text(params, "title"),
                Parameters.integer(params, "maxSeries", 10, 1, 200),
                Parameters.flag(params, "zero"));
    }

    /** The columns of the heights in one line. */
    String heights() {
        return String.join(", ", y);
    }

    private static List<String> columns(Map<String, @Nullable Object> params) {
        if (!(params.get("y") instanceof List<?> names)) {
            return List.of(Parameters.column(params, "y"));
        }
        boolean good = !names.isEmpty()
                && names.size() <= MAX_COLUMNS
                && names.stream().distinct().count() == names.size()
                && names.stream().allMatch(name -> name instanceof String text && !text.isEmpty());
        if (!good) {
            throw PluginException.invalidParameter(
                    "y", "is " + names + ", and must name 1 to " + MAX_COLUMNS + " columns, each once");
        }
        return names.stream().map(String.class::cast).toList();
    }
}

package io.dataprism.plugins.chart;

import io.dataprism.plugin.PluginException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for.
 *
 * @param x the column of the labels
 * @param y the column of the heights
 * @param title empty where the names of the columns serve as one
 * @param width of the picture, in pixels
 * @param height of the picture, in pixels
 * @param maxBars the bars at most
 */
record ChartParameters(String x, String y, Optional<String> title, int width, int height, Theme theme, int maxBars) {

    static ChartParameters of(Map<String, @Nullable Object> params) {
        return new ChartParameters(
                column(params, "x"),
                column(params, "y"),
                text(params, "title"),
                integer(params, "width", 800, 200, 4000),
                integer(params, "height", 450, 150, 4000),
                theme(params),
                integer(params, "maxBars", 50, 1, 500));
    }

    private static String column(Map<String, @Nullable Object> params, String name) {
        return text(params, name)
                .filter(column -> !column.isEmpty())
                .orElseThrow(
                        () -> PluginException.invalidParameter(name, "is missing; it names a column of the input"));
    }

    private static Optional<String> text(Map<String, @Nullable Object> params, String name) {
        Object value = params.get(name);
        if (value != null && !(value instanceof String)) {
            throw PluginException.invalidParameter(name, "is " + value + ", and must be a text");
        }
        return Optional.ofNullable((String) value);
    }

    private static int integer(Map<String, @Nullable Object> params, String name, int otherwise, int least, int most) {
        Object value = params.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number
                && number.doubleValue() == Math.rint(number.doubleValue())
                && number.doubleValue() >= least
                && number.doubleValue() <= most) {
            return number.intValue();
        }
        throw PluginException.invalidParameter(
                name, "is " + value + ", and must be an integer from " + least + " to " + most);
    }

    private static Theme theme(Map<String, @Nullable Object> params) {
        return switch (text(params, "theme").orElse("auto")) {
            case "light" -> Theme.LIGHT;
            case "dark" -> Theme.DARK;
            case "auto" -> Theme.AUTO;
            case String other ->
                throw PluginException.invalidParameter("theme", "is '" + other + "', and must be light, dark or auto");
        };
    }
}

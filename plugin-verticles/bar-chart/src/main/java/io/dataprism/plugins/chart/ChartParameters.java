package io.dataprism.plugins.chart;

import io.dataprism.plugins.drawing.Parameters;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for.
 *
 * @param x the column of the labels
 * @param y the column of the heights
 * @param title empty where the names of the columns serve as one
 * @param maxBars the bars at most
 */
record ChartParameters(String x, String y, Optional<String> title, int maxBars) {

    static ChartParameters of(Map<String, @Nullable Object> params) {
        return new ChartParameters(
                Parameters.column(params, "x"),
                Parameters.column(params, "y"),
                Parameters.text(params, "title"),
                Parameters.integer(params, "maxBars", 50, 1, 500));
    }
}

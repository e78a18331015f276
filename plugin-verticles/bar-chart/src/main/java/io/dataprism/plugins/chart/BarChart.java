package io.dataprism.plugins.chart;

import io.dataprism.plugin.DataType;
import io.dataprism.plugin.VisualizationType;
import io.dataprism.plugin.VisualizationType.Category;
import io.dataprism.plugins.drawing.ChartPlugin;
import io.dataprism.plugins.drawing.ChartReader;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Two columns as a bar chart ({@code render}). */
public final class BarChart extends ChartPlugin {

    static final String NAME = "bar-chart";

    public BarChart() {
        super(NAME);
    }

    @Override
    protected Supplier<ChartReader> readers(Map<String, @Nullable Object> params) {
        ChartParameters parameters = ChartParameters.of(params);
        return () -> new Bars(parameters);
    }

    @Override
    public List<VisualizationType> visualizationTypes() {
        return List.of(new VisualizationType(
                "bars",
                "A bar for each row, as high as its number.",
                Category.CHART,
                List.of("x", "y"),
                List.of(),
                null));
    }

    /** Of the heights, and then of the labels; labels may be of other types too. */
    @Override
    public List<DataType> supportedDataTypes() {
        return List.of(
                DataType.INTEGER, DataType.DECIMAL, DataType.FLOAT, DataType.TEXT, DataType.DATE, DataType.TIMESTAMP);
    }
}

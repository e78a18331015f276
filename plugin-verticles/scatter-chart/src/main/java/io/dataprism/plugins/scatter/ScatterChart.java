package io.dataprism.plugins.scatter;

import io.dataprism.plugin.DataType;
import io.dataprism.plugin.VisualizationType;
import io.dataprism.plugin.VisualizationType.Category;
import io.dataprism.plugins.drawing.ChartPlugin;
import io.dataprism.plugins.drawing.ChartReader;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Rows as dots by two of their columns ({@code render}). */
public final class ScatterChart extends ChartPlugin {

    static final String NAME = "scatter-chart";

    public ScatterChart() {
        super(NAME);
    }

    @Override
    protected Supplier<ChartReader> readers(Map<String, @Nullable Object> params) {
        ScatterParameters parameters = ScatterParameters.of(params);
        return () -> new ScatterReader(parameters);
    }

    @Override
    public List<VisualizationType> visualizationTypes() {
        return List.of(new VisualizationType(
                "dots",
                "A dot for each row, in the colour of its group and with the area of its size.",
                Category.CHART,
                List.of("x", "y"),
                List.of("group", "size"),
                null));
    }

    @Override
    public List<DataType> supportedDataTypes() {
        return List.of(
                DataType.INTEGER, DataType.DECIMAL, DataType.FLOAT, DataType.DATE, DataType.TIME, DataType.TIMESTAMP);
    }
}

package io.dataprism.plugins.line;

import io.dataprism.plugin.DataType;
import io.dataprism.plugin.VisualizationType;
import io.dataprism.plugin.VisualizationType.Category;
import io.dataprism.plugins.drawing.ChartPlugin;
import io.dataprism.plugins.drawing.ChartReader;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Numbers over numbers, times or texts, as lines ({@code render}). */
public final class LineChart extends ChartPlugin {

    static final String NAME = "line-chart";

    public LineChart() {
        super(NAME);
    }

    @Override
    protected Supplier<ChartReader> readers(Map<String, @Nullable Object> params) {
        LineParameters parameters = LineParameters.of(params);
        return () -> new LineReader(parameters);
    }

    @Override
    public List<VisualizationType> visualizationTypes() {
        return List.of(new VisualizationType(
                "lines",
                "A line for each column or group, from point to point in the order of x, broken where a value is NULL.",
                Category.CHART,
                List.of("x", "y"),
                List.of("series"),
                null));
    }

    @Override
    public List<DataType> supportedDataTypes() {
        return List.of(
                DataType.INTEGER,
                DataType.DECIMAL,
                DataType.FLOAT,
                DataType.DATE,
                DataType.TIME,
                DataType.TIMESTAMP,
                DataType.TEXT);
    }
}

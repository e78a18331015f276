package io.dataprism.plugins.chart;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Batches;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.Rendering;
import io.dataprism.plugin.View;
import io.dataprism.plugin.VisualizationPlugin;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two columns as a bar chart ({@code render}), in SVG or PNG. */
public final class BarChart implements VisualizationPlugin {

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.empty();
    }

    @Override
    public Mono<View> render(String operation, Flux<Batch> data, Map<String, @Nullable Object> params) {
        if (!operation.equals("render")) {
            return Mono.error(PluginException.unknownOperation(operation));
        }
        return Mono.defer(() -> {
            ChartParameters parameters = ChartParameters.of(params);
            Bars bars = new Bars(parameters);
            return Batches.forEach(data.takeUntil(batch -> bars.hasSeenEnough()), bars::add)
                    .then(Mono.fromCallable(() -> Layout.of(parameters, bars)));
        });
    }

    @Override
    public Mono<Rendering> export(View view, ExportFormat format) {
        return Mono.fromCallable(() -> {
            if (!(view instanceof Drawing drawing)) {
                throw new PluginException("REQUEST_INVALID", "This view was not made by the plugin bar-chart.");
            }
            return switch (format) {
                case SVG -> new Rendering(format, SvgPainter.paint(drawing));
                case PNG -> new Rendering(format, PngPainter.paint(drawing));
                default ->
                    throw new PluginException(
                            "REQUEST_INVALID",
                            "Format " + format.mediaType()
                                    + " is not one of bar-chart's: image/svg+xml and image/png.");
            };
        });
    }
}

package io.dataprism.plugins.drawing;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Batches;
import io.dataprism.plugin.Dimensions;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.InteractionFeature;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.RenderConfig;
import io.dataprism.plugin.RenderConfig.Theme;
import io.dataprism.plugin.Rendering;
import io.dataprism.plugin.View;
import io.dataprism.plugin.VisualizationPlugin;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A plugin with the operation {@code render}, whose charts are drawn with this module. Any thread; views are immutable, so that
 * letting go of one needs nothing.
 */
public abstract class ChartPlugin implements VisualizationPlugin {

    /** As the reader's own settings say, of fixed size. */
    private static final RenderConfig ABSENT = new RenderConfig(Theme.AUTO, false, false, false, Map.of());

    private final String name;
    private volatile RenderConfig configuration = ABSENT;

    /** @param name as in the manifest */
    protected ChartPlugin(String name) {
        this.name = name;
    }

    /**
     * Checks the parameters of a call that say what is drawn.
     *
     * @return makes a reader for the input, and another one for each update
     * @throws PluginException {@code REQUEST_INVALID}, naming the parameter that is wrong
     */
    protected abstract Supplier<ChartReader> readers(Map<String, @Nullable Object> params);

    @Override
    public final Mono<Void> initialize(PluginContext context) {
        return configure(context.configuration());
    }

    @Override
    public final Mono<Void> configure(Map<String, @Nullable Object> settings) {
        return Mono.fromRunnable(() -> {
            RenderConfig config = RenderConfig.of(settings, ABSENT);
            Palette.of(config.styles());
            configuration = config;
        });
    }

    @Override
    public final RenderConfig configuration() {
        return configuration;
    }

    @Override
    public final Mono<View> render(String operation, Flux<Batch> data, Map<String, @Nullable Object> params) {
        return render(operation, data, params, configuration);
    }

    @Override
    public final Mono<View> render(
            String operation, Flux<Batch> data, Map<String, @Nullable Object> params, RenderConfig config) {
        if (!operation.equals("render")) {
            return Mono.error(PluginException.unknownOperation(operation));
        }
        return Mono.defer(() -> {
            Canvas canvas = Canvas.of(params, config);
            return read(readers(params), data, canvas);
        });
    }

    @Override
    public final Mono<View> update(View view, Flux<Batch> data) {
        return Mono.defer(() -> {
            ChartView drawn = own(view);
            return read(drawn.readers(), data, drawn.drawing().canvas());
        });
    }

    @Override
    public final Mono<View> resize(View view, Dimensions dimensions) {
        return Mono.fromCallable(() -> {
            ChartView drawn = own(view);
            Canvas canvas = drawn.drawing().canvas().resized(dimensions);
            return new ChartView(
                    name, drawn.readers(), drawn.chart(), drawn.chart().draw(canvas));
        });
    }

    @Override
    public final Mono<Void> destroy(View view) {
        return Mono.fromRunnable(() -> own(view));
    }

    @Override
    public final Mono<Rendering> export(View view, ExportFormat format) {
        return Mono.fromCallable(() -> {
            Drawing drawing = own(view).drawing();
            return new Rendering(
                    format,
                    switch (format) {
                        case SVG -> SvgPainter.paint(drawing);
                        case PNG -> PngPainter.paint(drawing);
                        case PDF -> PdfPainter.paint(drawing);
                        case HTML -> HtmlPage.write(drawing);
                        case JSON -> JsonDescription.write(drawing);
                    });
        });
    }

    @Override
    public final List<InteractionFeature> interactionFeatures() {
        return List.of(new InteractionFeature(
                "tooltip",
                "Pointing at a mark in SVG or HTML shows what it stands for, without a script.",
                List.of("mouseover")));
    }

    private Mono<View> read(Supplier<ChartReader> readers, Flux<Batch> data, Canvas canvas) {
        ChartReader reader = readers.get();
        return Batches.forEach(data.takeUntil(batch -> reader.hasSeenEnough()), reader::add)
                .then(Mono.fromCallable(() -> {
                    Chart chart = reader.chart();
                    return new ChartView(name, readers, chart, chart.draw(canvas));
                }));
    }

    private ChartView own(View view) {
        if (view instanceof ChartView drawn && drawn.plugin().equals(name)) {
            return drawn;
        }
        throw new PluginException("REQUEST_INVALID", "This view was not made by the plugin " + name + ".");
    }
}

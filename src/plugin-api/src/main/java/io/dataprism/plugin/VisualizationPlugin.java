package io.dataprism.plugin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A plugin that draws data: category {@code visualization}. An operation of kind {@code rendering} is one call of
 * {@link #render} followed by one call of {@link #export} on what it answered.
 *
 * <p>A caller may also keep the view: then {@link #update} and {@link #resize} follow, one at a time for one view, each with an
 * export, and {@link #destroy} is the last call.
 */
public interface VisualizationPlugin extends Plugin {

    /**
     * Reads the data and lays out the drawing.
     *
     * @param operation a name from the manifest's {@code operations}
     * @param data the batches to draw, all of one schema. Close each batch.
     * @param params JSON values
     */
    Mono<View> render(String operation, Flux<Batch> data, Map<String, @Nullable Object> params);

    /**
     * The same, with what the caller wishes. The host calls this one.
     *
     * @param config what the caller wishes, over {@link #configuration()}
     */
    default Mono<View> render(
            String operation, Flux<Batch> data, Map<String, @Nullable Object> params, RenderConfig config) {
        return render(operation, data, params);
    }

    /**
     * Draws a kept view again with other data. Where a plugin does not have this method, the host calls {@link #render} as it
     * did for the view, with the new data.
     *
     * @param view what {@code render}, {@code update} or {@code resize} answered last
     * @return the view from now on: the same or another
     */
    default Mono<View> update(View view, Flux<Batch> data) {
        return Mono.error(PluginException.unknownOperation("update"));
    }

    /**
     * Lays a kept view out for another size, with the data that it has.
     *
     * @return the view from now on: the same or another
     */
    default Mono<View> resize(View view, Dimensions dimensions) {
        return Mono.error(PluginException.unknownOperation("resize"));
    }

    /** Lets go of a view. Called once for each view that was answered and is not used any more. */
    default Mono<Void> destroy(View view) {
        return Mono.empty();
    }

    /**
     * Writes a drawing in a format.
     *
     * @param view what {@link #render} of this same plugin answered
     * @param format one of the formats of the operation's {@code mediaTypes}
     */
    Mono<Rendering> export(View view, ExportFormat format);

    /** What it can draw, for people who choose a plugin. */
    default List<VisualizationType> visualizationTypes() {
        return List.of();
    }

    /** What a reader can do with its drawings. */
    default List<InteractionFeature> interactionFeatures() {
        return List.of();
    }

    /** What holds where a caller wishes nothing. A plugin may take it from the settings of {@link #configure}. */
    default RenderConfig configuration() {
        return RenderConfig.DEFAULT;
    }
}

package io.dataprism.plugin;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A plugin that draws data: category {@code visualization}. An operation of kind {@code rendering} is one call of
 * {@link #render} followed by one call of {@link #export} on what it answered.
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
     * Writes a drawing in a format.
     *
     * @param view what {@link #render} of this same plugin answered
     * @param format one of the formats of the operation's {@code mediaTypes}
     */
    Mono<Rendering> export(View view, ExportFormat format);
}

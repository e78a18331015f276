package io.dataprism.plugin;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A plugin that turns data into data: category {@code data-processing}. */
public interface DataProcessorPlugin extends Plugin {

    /**
     * Performs an operation whose kind in the manifest is {@code dataset}.
     *
     * <p>Batches flow with backpressure in both directions: what the plugin requests of {@code input} becomes credit for the
     * engine, and what the caller requests of the result reaches the plugin as demand. A caller who goes away cancels the
     * result. Hold no more of the input than the answer needs: memory is limited by the manifest's {@code resources}.
     *
     * @param operation a name from the manifest's {@code operations}
     * @param input the batches of the input, all of one schema; empty without a batch where the manifest says
     *     {@code input: optional} and the caller gave none; an input that is there and has no rows is one batch of no
     *     rows. Close each batch.
     * @param params JSON values
     * @return batches, all of one schema; the host closes them
     */
    Flux<Batch> process(String operation, Flux<Batch> input, Map<String, @Nullable Object> params);
}

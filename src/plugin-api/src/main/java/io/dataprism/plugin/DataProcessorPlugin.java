package io.dataprism.plugin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A plugin that turns data into data: category {@code data-processing}.
 *
 * <p>Operations with these names in the manifest have a method of their own:
 *
 * <table>
 * <caption>Well-known operations</caption>
 * <tr><th>operation</th><th>kind</th><th>method</th></tr>
 * <tr><td>{@code transform}</td><td>dataset</td><td>{@link #transform}, with {@code params.rules}</td></tr>
 * <tr><td>{@code validate}</td><td>value</td><td>{@link #validate}</td></tr>
 * <tr><td>{@code stream}</td><td>dataset</td><td>{@link #stream}</td></tr>
 * <tr><td>{@code batch}</td><td>dataset</td><td>{@link #batch}, with {@code params.datasets}: statements of SQL, which are
 *     read as the caller; the results follow each other and have one schema</td></tr>
 * </table>
 */
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

    /**
     * The same, with what the caller wishes. The host calls this one; plugins that have no use for wishes leave it alone.
     *
     * @param options {@link ProcessingOptions#DEFAULT} with the plugin's own timeout where the caller wished nothing
     */
    default Flux<Batch> process(
            String operation, Flux<Batch> input, Map<String, @Nullable Object> params, ProcessingOptions options) {
        return process(operation, input, params);
    }

    /**
     * Changes values by rules, in order. Columns that no rule names pass unchanged.
     *
     * @param input as in {@link #process}
     * @return batches of the same rows; fails with {@code REQUEST_INVALID} for a rule that cannot be followed
     */
    default Flux<Batch> transform(Flux<Batch> input, List<TransformRule> rules) {
        return Flux.error(PluginException.unknownOperation("transform"));
    }

    /**
     * Looks data over without changing it.
     *
     * @param input as in {@link #process}
     * @param params JSON values: the rules, in the plugin's own words
     * @return one report
     */
    default Mono<ValidationReport> validate(Flux<Batch> input, Map<String, @Nullable Object> params) {
        return Mono.error(PluginException.unknownOperation("validate"));
    }

    /**
     * Processes several datasets; by default each by itself, as the operation {@code batch}.
     *
     * @param datasets as many as there are, each subscribed to at most once, and only when its result is
     * @return a result for each, in order
     */
    default List<Flux<Batch>> batch(List<Flux<Batch>> datasets, Map<String, @Nullable Object> params) {
        return datasets.stream()
                .map(dataset -> process("batch", dataset, params))
                .toList();
    }

    /**
     * Processes a stream that may have no end, batch by batch: the answer to a batch does not wait for the next. By default the
     * operation {@code stream}.
     */
    default Flux<Batch> stream(Flux<Batch> input, Map<String, @Nullable Object> params) {
        return process("stream", input, params);
    }

    /** What it can do with data, for people who choose a plugin. */
    default List<ProcessingCapability> processingCapabilities() {
        return List.of();
    }

    /** What it has processed so far. Any thread; does not block. */
    default ProcessingMetrics processingMetrics() {
        return ProcessingMetrics.NONE;
    }
}

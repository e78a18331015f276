package io.dataprism.sandbox.child;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.PluginContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stands in for the plugin where only the code around it is wanted to run: before it is needed, or to be recorded. Answers what it
 * gets.
 */
public final class StandIn implements DataProcessorPlugin {

    /** For the child, which makes a plugin by its name. */
    public StandIn() {}

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        return Mono.just(params);
    }

    @Override
    public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, @Nullable Object> params) {
        return input;
    }
}

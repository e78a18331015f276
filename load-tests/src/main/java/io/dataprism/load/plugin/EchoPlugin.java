package io.dataprism.load.plugin;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.PluginContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers what it gets: parameters, and batches. Its operation {@code crash} ends the process instead. */
public final class EchoPlugin implements DataProcessorPlugin {

    /** Made by the host. */
    public EchoPlugin() {}

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        if (operation.equals("crash")) {
            Runtime.getRuntime().halt(1);
        }
        return Mono.just(params);
    }

    @Override
    public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, @Nullable Object> params) {
        return input;
    }
}

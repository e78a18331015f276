package io.dataprism.sandbox.child;

import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.UtilityPlugin;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Stands in for the plugin where the host only wants the code around it to have run before it is needed. Answers what it gets. */
final class StandIn implements UtilityPlugin {

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        return Mono.just(params);
    }
}

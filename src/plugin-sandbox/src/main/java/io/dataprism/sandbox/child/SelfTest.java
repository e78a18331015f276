package io.dataprism.sandbox.child;

import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.UtilityPlugin;
import reactor.core.publisher.Mono;

/** A plugin that does nothing: what is started to see whether this machine can confine at all. */
public final class SelfTest implements UtilityPlugin {

    /** Made by name, in a child. */
    public SelfTest() {}

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.empty();
    }
}

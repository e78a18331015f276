package io.dataprism.load.plugin;

import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.UtilityPlugin;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Answers what it gets, and with it a word that no other process of it has. */
public final class CalledPlugin implements UtilityPlugin {

    private final String instance = UUID.randomUUID().toString();

    /** Made by the host. */
    public CalledPlugin() {}

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, @Nullable Object> params) {
        Map<String, @Nullable Object> answer = new HashMap<>(params);
        answer.put("instance", instance);
        return Mono.just(answer);
    }
}

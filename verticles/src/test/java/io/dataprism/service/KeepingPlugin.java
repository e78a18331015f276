package io.dataprism.service;

import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.UtilityPlugin;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Runs in a sandbox: keeps the number of each event of {@code count:**} under a key with its own version. */
public final class KeepingPlugin implements UtilityPlugin {

    private PluginContext context;

    @Override
    public Mono<Void> initialize(PluginContext door) {
        context = door;
        context.events()
                .on(
                        "count:**",
                        event -> context.services().storage().set(event.data() + "/" + context.pluginVersion(), true));
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params) {
        return operation.equals("kept")
                ? context.services().storage().list("", null, 1000).map(page -> (Object) page.keys())
                : Mono.error(PluginException.unknownOperation(operation));
    }
}

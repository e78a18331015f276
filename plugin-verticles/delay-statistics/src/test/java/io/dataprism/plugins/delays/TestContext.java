package io.dataprism.plugins.delays;

import io.dataprism.plugin.DataService;
import io.dataprism.plugin.EventBus;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginLogger;
import io.dataprism.plugin.PluginManifest;
import io.dataprism.plugin.ResourceQuota;
import io.dataprism.plugin.Services;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The host as this plugin uses it: its data service and its memory. */
record TestContext(DataService data, long memoryBytes) implements PluginContext, Services {

    @Override
    public PluginManifest manifest() {
        return new PluginManifest(
                pluginName(),
                pluginVersion(),
                "",
                "",
                "",
                List.of(),
                "data-processing",
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    @Override
    public String pluginName() {
        return "delay-statistics";
    }

    @Override
    public String pluginVersion() {
        return "0.1.0";
    }

    @Override
    public String coreVersion() {
        return "0.1.0";
    }

    @Override
    public EventBus events() {
        throw new UnsupportedOperationException("not used by this plugin");
    }

    @Override
    public Services services() {
        return this;
    }

    @Override
    public PluginLogger logger() {
        return (level, message) -> {};
    }

    @Override
    public Map<String, @Nullable Object> configuration() {
        return Map.of();
    }

    @Override
    public ResourceQuota resources() {
        return new ResourceQuota(memoryBytes, 1, 32, Duration.ofSeconds(10), 1 << 20);
    }

    @Override
    public Path directory() {
        return Path.of(".");
    }

    @Override
    public Mono<Object> callPlugin(String plugin, String operation, Map<String, @Nullable Object> params) {
        throw new UnsupportedOperationException("not used by this plugin");
    }

    @Override
    public Mono<Object> call(String address, Map<String, @Nullable Object> body) {
        throw new UnsupportedOperationException("not used by this plugin");
    }
}

package io.dataprism.sandbox.child;

import io.dataprism.plugin.EventBus;
import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginLogger;
import io.dataprism.plugin.PluginManifest;
import io.dataprism.plugin.ResourceQuota;
import io.dataprism.plugin.Services;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plugin's door to the host. */
final class HostContext implements PluginContext {

    private final GoOrder order;
    private final HostRequests requests;
    private final Services services;
    private final PluginLogger logger;
    private final EventBus events;
    private volatile Map<String, @Nullable Object> configuration;

    HostContext(GoOrder order, HostRequests requests) {
        this.order = order;
        this.requests = requests;
        this.services = new HostServices(requests);
        this.events = new HostEvents(requests);
        this.logger = new HostLogger(requests::log);
        this.configuration = order.configuration();
    }

    HostRequests requests() {
        return requests;
    }

    void configure(Map<String, @Nullable Object> settings) {
        configuration = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    @Override
    public PluginManifest manifest() {
        return order.manifest();
    }

    @Override
    public String pluginName() {
        return order.name();
    }

    @Override
    public String pluginVersion() {
        return order.version();
    }

    @Override
    public String coreVersion() {
        return order.coreVersion();
    }

    @Override
    public EventBus events() {
        return events;
    }

    @Override
    public Services services() {
        return services;
    }

    @Override
    public PluginLogger logger() {
        return logger;
    }

    @Override
    public Map<String, @Nullable Object> configuration() {
        return configuration;
    }

    @Override
    public ResourceQuota resources() {
        return order.quota();
    }

    @Override
    public Path directory() {
        return order.directory();
    }

    @Override
    public Path mount(String name) {
        return order.mounts().get(name) instanceof String path ? Path.of(path) : PluginContext.super.mount(name);
    }
}

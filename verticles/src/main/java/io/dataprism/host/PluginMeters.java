package io.dataprism.host;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcess.Usage;
import io.dataprism.plugin.ResourceQuota;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** What each plugin's process uses, beside what it may use, as metrics with the plugin's name. Any thread. */
final class PluginMeters {

    private static final double MILLIS = 1_000;

    private final HostParts parts;
    private final Catalog catalog;
    private final Map<String, List<Meter>> registered = new ConcurrentHashMap<>();

    PluginMeters(HostParts parts, Catalog catalog) {
        this.parts = parts;
        this.catalog = catalog;
    }

    /** Shows a plugin, until {@link #hide}. */
    void show(PluginInstance plugin) {
        List<Meter> meters = new ArrayList<>();
        meters.add(usage(plugin, "memory.bytes", "Resident memory", Usage::rssBytes));
        meters.add(usage(plugin, "threads", "Threads, the JVM's own among them", Usage::threads));
        meters.add(usage(plugin, "storage.bytes", "Size of the plugin's folder", Usage::storageBytes));
        meters.add(count(plugin, "cpu.seconds", "Processor time", usage -> usage.cpuMillis() / MILLIS));
        meters.add(count(plugin, "throttled", "How often the processor was taken away", Usage::throttled));
        meters.add(quota(plugin, "memory", ResourceQuota::memoryBytes));
        meters.add(quota(plugin, "cpus", ResourceQuota::cpus));
        meters.add(quota(plugin, "threads", ResourceQuota::threads));
        meters.add(quota(plugin, "storage", ResourceQuota::storageBytes));
        registered.put(plugin.name(), meters);
    }

    void hide(String plugin) {
        List<Meter> meters = registered.remove(plugin);
        if (meters != null) {
            meters.forEach(parts.meters()::remove);
        }
    }

    private Meter usage(PluginInstance plugin, String name, String description, ToDoubleFunction<Usage> value) {
        return Gauge.builder("dataprism.plugin." + name, plugin, each -> value.applyAsDouble(usage(each)))
                .description(description)
                .tag("plugin", plugin.name())
                .register(parts.meters());
    }

    private Meter count(PluginInstance plugin, String name, String description, ToDoubleFunction<Usage> value) {
        return FunctionCounter.builder("dataprism.plugin." + name, plugin, each -> value.applyAsDouble(usage(each)))
                .description(description + " of the process that runs now")
                .tag("plugin", plugin.name())
                .register(parts.meters());
    }

    private Meter quota(PluginInstance plugin, String resource, ToDoubleFunction<ResourceQuota> value) {
        return Gauge.builder(
                        "dataprism.plugin.quota",
                        plugin,
                        each -> catalog.find(each.name())
                                .map(entry -> value.applyAsDouble(parts.quota(entry.manifest())))
                                .orElse(Double.NaN))
                .description("What a plugin may use")
                .tag("plugin", plugin.name())
                .tag("resource", resource)
                .register(parts.meters());
    }

    private static Usage usage(PluginInstance plugin) {
        PluginProcess process = plugin.process();
        return process == null ? Usage.NONE : process.usage();
    }
}

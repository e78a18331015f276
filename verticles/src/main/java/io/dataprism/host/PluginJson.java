package io.dataprism.host;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.PackageVersion;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.OperationSpec;
import io.dataprism.plugin.ResourceQuota;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Plugins as the contract shows them. Any thread. */
final class PluginJson {

    private final HostParts parts;
    private final Catalog catalog;

    PluginJson(HostParts parts, Catalog catalog) {
        this.parts = parts;
        this.catalog = catalog;
    }

    /**
     * One plugin.
     *
     * @param instance this node's
     * @param reports all nodes', by node
     * @param told what {@link #process} says of an instance elsewhere, where this node has none; empty: nothing
     */
    JsonObject of(CatalogEntry entry, PluginInstance instance, Map<String, InstanceReport> reports, JsonObject told) {
        Manifest manifest = entry.manifest();
        PackageVersion current = entry.current();
        JsonObject shown = instance.process() == null && !told.isEmpty() ? told : process(entry, instance);
        JsonObject json = new JsonObject()
                .put("name", entry.name())
                .put("version", entry.version())
                .put("description", manifest.description())
                .put("category", manifest.category())
                .put("digest", current.digest())
                .put("state", state(instance, reports));
        entry.asked().toJson().forEach(json::put);
        return json.put("findings", new JsonArray(current.findings()))
                .put("bundled", entry.bundled())
                .put("wish", entry.wish().name().toLowerCase(Locale.ROOT))
                .put("manifest", new JsonObject(manifest.document()))
                .put("lastGood", entry.rollout().lastGood())
                .put("target", entry.rollout().target())
                .put("versions", new JsonArray(List.copyOf(entry.versions().keySet())))
                .put("nodes", new JsonArray(nodes(reports)))
                .put("instances", instances(reports))
                .put("operations", new JsonArray(operations(manifest)))
                .mergeIn(shown)
                .put(
                        "restarts",
                        reports.values().stream()
                                .mapToInt(InstanceReport::restarts)
                                .sum())
                .put("lastFailure", lastFailure(reports))
                .put("dependencies", new JsonArray(dependencies(manifest)))
                .put("dependents", new JsonArray(catalog.dependents(entry.name())))
                .copy();
    }

    /** What an instance's process says of itself: {@code {isolation, capabilities, features, schedules, health, resourceUsage}}. */
    JsonObject process(CatalogEntry entry, PluginInstance instance) {
        Manifest manifest = entry.manifest();
        PluginProcess process = instance.process();
        PluginVerticle verticle = instance.verticle();
        JsonObject said = verticle == null ? new JsonObject() : verticle.shown();
        return new JsonObject()
                .put(
                        "isolation",
                        new JsonObject()
                                .put("runtime", manifest.runtime())
                                .put(
                                        "level",
                                        process == null ? parts.processes().level() : process.level()))
                .put("capabilities", said.getValue("capabilities", new JsonArray()))
                .put("features", said.getValue("features", new JsonObject()))
                .put("schedules", said.getValue("schedules", schedules(manifest)))
                .put("health", said.getValue("health"))
                .put("resourceUsage", usage(process, parts.quota(manifest)));
    }

    /** That of the best instance. */
    private static String state(PluginInstance own, Map<String, InstanceReport> reports) {
        return reports.values().stream()
                .min(Comparator.comparingInt(InstanceReport::rank))
                .map(InstanceReport::state)
                .orElseGet(() -> own.state().label());
    }

    private static List<String> nodes(Map<String, InstanceReport> reports) {
        return reports.entrySet().stream()
                .filter(each -> each.getValue().level() != null)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Of those nodes that have, or are to have, a process of it, or have failed with one. */
    private static JsonArray instances(Map<String, InstanceReport> reports) {
        JsonArray all = new JsonArray();
        reports.forEach((node, report) -> {
            if (report.running() || report.broken()) {
                JsonObject instance = new JsonObject().put("node", node);
                if (report.replica() != InstanceReport.NONE) {
                    instance.put("replica", report.replica());
                }
                all.add(instance.put("state", report.state()).put("version", report.version()));
            }
        });
        return all;
    }

    private static @Nullable JsonObject lastFailure(Map<String, InstanceReport> reports) {
        return reports.values().stream()
                .map(InstanceReport::failure)
                .filter(Objects::nonNull)
                .max(Comparator.comparing(failure -> failure.getString("time", "")))
                .orElse(null);
    }

    /** Of a plugin that does not run: as the manifest has them. */
    private static JsonArray schedules(Manifest manifest) {
        JsonArray schedules = new JsonArray();
        manifest.schedules().forEach(spec -> schedules.add(new ScheduleState(spec).shown()));
        return schedules;
    }

    private static List<Object> operations(Manifest manifest) {
        List<Object> operations = new ArrayList<>();
        for (OperationSpec operation : manifest.operations()) {
            operations.add(operation.toJson());
        }
        return operations;
    }

    private static List<Object> dependencies(Manifest manifest) {
        List<Object> dependencies = new ArrayList<>();
        for (Manifest.Dependency dependency : manifest.dependencies()) {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("name", dependency.name());
            json.put("version", dependency.version());
            json.put("optional", dependency.optional());
            dependencies.add(json);
        }
        return dependencies;
    }

    private static JsonObject usage(@Nullable PluginProcess process, ResourceQuota quota) {
        PluginProcess.Usage usage = process == null ? PluginProcess.Usage.NONE : process.usage();
        return new JsonObject()
                .put("heapBytes", usage.heapBytes())
                .put("rssBytes", usage.rssBytes())
                .put("cpuMillis", usage.cpuMillis())
                .put("threads", usage.threads())
                .put("throttled", usage.throttled())
                .put("storageBytes", usage.storageBytes())
                .put(
                        "quota",
                        new JsonObject()
                                .put("memoryBytes", quota.memoryBytes())
                                .put("cpus", quota.cpus())
                                .put("threads", quota.threads())
                                .put(
                                        "operationTimeoutMillis",
                                        quota.operationTimeout().toMillis())
                                .put("storageBytes", quota.storageBytes()));
    }
}

package io.dataprism.service;

import io.dataprism.bus.Addresses;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.function.Function;

/** {@code metrics}: what the node measures of itself, for plugins that watch it. */
final class NodeMetrics implements Service {

    private static final String OURS = "dataprism.";
    private static final int SERIES_LIMIT = 2_000;

    private final Vertx vertx;
    private final ServiceParts parts;

    NodeMetrics(Vertx vertx, ServiceParts parts) {
        this.vertx = vertx;
        this.parts = parts;
    }

    @Override
    public Map<String, Function<ServiceRequest, Future<?>>> addresses() {
        return Map.of(
                Addresses.METRICS_PREFIX + "getMetrics", this::metrics,
                Addresses.METRICS_PREFIX + "getStatus", this::status,
                Addresses.METRICS_PREFIX + "getMemoryUsage", this::memory);
    }

    private Future<JsonObject> metrics(ServiceRequest request) {
        return vertx.executeBlocking(
                () -> {
                    JsonArray series = new JsonArray();
                    for (Meter meter : parts.meters().getMeters()) {
                        if (meter.getId().getName().startsWith(OURS)) {
                            add(series, meter);
                        }
                    }
                    return new JsonObject().put("metrics", series);
                },
                false);
    }

    private static void add(JsonArray series, Meter meter) {
        JsonObject tags = new JsonObject();
        meter.getId().getTags().forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
        for (Measurement measurement : meter.measure()) {
            double value = measurement.getValue();
            if (series.size() < SERIES_LIMIT && Double.isFinite(value)) {
                series.add(new JsonObject()
                        .put("name", meter.getId().getName())
                        .put("statistic", measurement.getStatistic().getTagValueRepresentation())
                        .put("tags", tags)
                        .put("value", value));
            }
        }
    }

    private Future<JsonObject> status(ServiceRequest request) {
        return parts.plugins().list(null, null).map(all -> {
            JsonArray plugins = new JsonArray();
            for (int index = 0; index < all.size(); index++) {
                JsonObject plugin = all.getJsonObject(index);
                plugins.add(new JsonObject()
                        .put("name", plugin.getString("name"))
                        .put("version", plugin.getString("version"))
                        .put("category", plugin.getString("category"))
                        .put("state", plugin.getString("state"))
                        .put("restarts", plugin.getValue("restarts")));
            }
            return new JsonObject()
                    .put("node", parts.node().id())
                    .put("version", parts.node().version())
                    .put("uptimeMillis", ManagementFactory.getRuntimeMXBean().getUptime())
                    .put("plugins", plugins);
        });
    }

    private Future<JsonObject> memory(ServiceRequest request) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        JsonObject node = new JsonObject()
                .put("heapUsedBytes", heap.getUsed())
                .put("heapMaxBytes", heap.getMax())
                .put("directBytes", direct);
        return parts.plugins()
                .get(request.plugin())
                .map(plugin -> new JsonObject().put("node", node).put("plugin", plugin.getJsonObject("resourceUsage")));
    }
}

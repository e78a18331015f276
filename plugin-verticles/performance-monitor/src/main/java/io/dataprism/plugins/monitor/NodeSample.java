package io.dataprism.plugins.monitor;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the node said of itself at a time. Bytes; a figure that it did not say is 0. */
record NodeSample(
        Instant time,
        double queriesWaiting,
        double queriesOpen,
        double heapUsedBytes,
        double heapMaxBytes,
        double directBytes) {

    /**
     * @param metrics the answer of {@code getMetrics}
     * @param memory the answer of {@code getMemoryUsage}
     */
    static NodeSample of(Instant time, Map<?, ?> metrics, Map<?, ?> memory) {
        Map<?, ?> node = memory.get("node") instanceof Map<?, ?> found ? found : Map.of();
        return new NodeSample(
                time,
                series(metrics, "dataprism.engine.queries.waiting"),
                series(metrics, "dataprism.queries.open"),
                number(node.get("heapUsedBytes")),
                number(node.get("heapMaxBytes")),
                number(node.get("directBytes")));
    }

    double heapUsedRatio() {
        return heapMaxBytes > 0 ? heapUsedBytes / heapMaxBytes : 0;
    }

    private static double series(Map<?, ?> metrics, String name) {
        if (metrics.get("metrics") instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> series && name.equals(series.get("name"))) {
                    return number(series.get("value"));
                }
            }
        }
        return 0;
    }

    private static double number(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() : 0;
    }

    Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("time", time.toString());
        json.put("queriesWaiting", queriesWaiting);
        json.put("queriesOpen", queriesOpen);
        json.put("heapUsedBytes", heapUsedBytes);
        json.put("heapMaxBytes", heapMaxBytes);
        json.put("heapUsedRatio", heapUsedRatio());
        json.put("directBytes", directBytes);
        return json;
    }
}

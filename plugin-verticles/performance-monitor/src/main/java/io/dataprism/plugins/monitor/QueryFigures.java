package io.dataprism.plugins.monitor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The queries of a window, in figures. */
record QueryFigures(
        int windowSeconds,
        long count,
        long errors,
        Map<String, Long> errorsByCode,
        long rows,
        long bytes,
        double meanMillis,
        double p50Millis,
        double p95Millis,
        double p99Millis,
        long maxMillis) {

    double perSecond() {
        return (double) count / windowSeconds;
    }

    double errorRatio() {
        return count == 0 ? 0 : (double) errors / count;
    }

    Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> latency = new LinkedHashMap<>();
        latency.put("mean", meanMillis);
        latency.put("p50", p50Millis);
        latency.put("p95", p95Millis);
        latency.put("p99", p99Millis);
        latency.put("max", maxMillis);
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("count", count);
        json.put("perSecond", perSecond());
        json.put("errors", errors);
        json.put("errorRatio", errorRatio());
        json.put("errorsByCode", new TreeMap<>(errorsByCode));
        json.put("rows", rows);
        json.put("bytes", bytes);
        json.put("latencyMillis", latency);
        return json;
    }
}

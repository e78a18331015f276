package io.dataprism.plugins.monitor;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration, which the host has checked against the manifest's schema. */
record Settings(int windowSeconds, int sampleSeconds, List<Threshold> thresholds) {

    /**
     * @param above a value that is greater passes it
     * @param minimumQueries in the window, for metrics of queries
     */
    record Threshold(String name, Metric metric, double above, long minimumQueries) {}

    static Settings of(Map<String, @Nullable Object> configuration) {
        List<Threshold> thresholds = configuration.get("thresholds") instanceof List<?> list
                ? list.stream()
                        .filter(Map.class::isInstance)
                        .map(each -> threshold((Map<?, ?>) each))
                        .toList()
                : List.of();
        return new Settings(
                (int) number(configuration.get("windowSeconds"), 300),
                (int) number(configuration.get("sampleSeconds"), 5),
                thresholds);
    }

    private static Threshold threshold(Map<?, ?> json) {
        return new Threshold(
                String.valueOf(json.get("name")),
                Metric.ofLabel(String.valueOf(json.get("metric"))),
                number(json.get("above"), 0),
                (long) number(json.get("minimumQueries"), 1));
    }

    private static double number(@Nullable Object value, double otherwise) {
        return value instanceof Number number ? number.doubleValue() : otherwise;
    }
}

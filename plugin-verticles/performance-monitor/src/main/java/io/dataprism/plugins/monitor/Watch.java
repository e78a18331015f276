package io.dataprism.plugins.monitor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows which thresholds are passed, and so what has changed. Any thread. */
final class Watch {

    private final List<Settings.Threshold> thresholds;
    private final Set<Settings.Threshold> passed = new HashSet<>();

    Watch(List<Settings.Threshold> thresholds) {
        this.thresholds = List.copyOf(thresholds);
    }

    /** Compares; answers an event for each threshold that is newly passed or no longer passed. What is not known changes nothing. */
    synchronized List<Map<String, @Nullable Object>> changes(QueryFigures queries, @Nullable NodeSample node) {
        List<Map<String, @Nullable Object>> events = new ArrayList<>();
        for (Settings.Threshold threshold : thresholds) {
            OptionalDouble value = threshold.metric().value(queries, node, threshold.minimumQueries());
            boolean isPassed = value.isPresent() && value.getAsDouble() > threshold.above();
            if (isPassed ? passed.add(threshold) : passed.remove(threshold)) {
                Map<String, @Nullable Object> event = describe(threshold, value);
                event.put("state", isPassed ? "passed" : "cleared");
                events.add(event);
            }
        }
        return events;
    }

    /** All thresholds as they are now. */
    List<Map<String, @Nullable Object>> state(QueryFigures queries, @Nullable NodeSample node) {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        for (Settings.Threshold threshold : thresholds) {
            OptionalDouble value = threshold.metric().value(queries, node, threshold.minimumQueries());
            Map<String, @Nullable Object> json = describe(threshold, value);
            json.put("passed", value.isPresent() && value.getAsDouble() > threshold.above());
            all.add(json);
        }
        return all;
    }

    private static Map<String, @Nullable Object> describe(Settings.Threshold threshold, OptionalDouble value) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", threshold.name());
        json.put("metric", threshold.metric().label());
        json.put("above", threshold.above());
        json.put("value", value.isPresent() ? value.getAsDouble() : null);
        return json;
    }
}

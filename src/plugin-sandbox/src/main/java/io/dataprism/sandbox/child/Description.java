package io.dataprism.sandbox.child;

import io.dataprism.plugin.Capability;
import io.dataprism.plugin.DataProcessorPlugin;
import io.dataprism.plugin.InteractionFeature;
import io.dataprism.plugin.Plugin;
import io.dataprism.plugin.ProcessingCapability;
import io.dataprism.plugin.ProcessingMetrics;
import io.dataprism.plugin.VisualizationPlugin;
import io.dataprism.plugin.VisualizationType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a plugin says that it can do, and what it has done, as JSON values. */
final class Description {

    private Description() {}

    static Map<String, @Nullable Object> of(Plugin plugin) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put(
                "capabilities",
                plugin.capabilities().stream().map(Description::of).toList());
        json.put("dataTypes", labels(plugin.supportedDataTypes()));
        if (plugin instanceof DataProcessorPlugin processor) {
            json.put(
                    "processing",
                    processor.processingCapabilities().stream()
                            .map(Description::of)
                            .toList());
        }
        if (plugin instanceof VisualizationPlugin visualization) {
            json.put(
                    "visualizations",
                    visualization.visualizationTypes().stream()
                            .map(Description::of)
                            .toList());
            json.put(
                    "interactions",
                    visualization.interactionFeatures().stream()
                            .map(Description::of)
                            .toList());
        }
        return json;
    }

    /** Null for a plugin that counts nothing. */
    static @Nullable Map<String, @Nullable Object> metrics(Plugin plugin) {
        if (!(plugin instanceof DataProcessorPlugin processor)) {
            return null;
        }
        ProcessingMetrics metrics = processor.processingMetrics();
        return metrics.equals(ProcessingMetrics.NONE)
                ? null
                : Map.of(
                        "operations",
                        metrics.operations(),
                        "rowsIn",
                        metrics.rowsIn(),
                        "rowsOut",
                        metrics.rowsOut(),
                        "failures",
                        metrics.failures(),
                        "busyMillis",
                        metrics.busy().toMillis());
    }

    private static Map<String, @Nullable Object> of(Capability capability) {
        return Map.of("name", capability.name(), "description", capability.description());
    }

    private static Map<String, @Nullable Object> of(ProcessingCapability capability) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", capability.name());
        json.put("description", capability.description());
        json.put("inputTypes", labels(capability.inputTypes()));
        json.put("outputTypes", labels(capability.outputTypes()));
        json.put("complexity", label(capability.complexity()));
        json.put("async", capability.async());
        return json;
    }

    private static Map<String, @Nullable Object> of(VisualizationType type) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", type.name());
        json.put("description", type.description());
        json.put("category", label(type.category()));
        json.put("requiredFields", type.requiredFields());
        json.put("optionalFields", type.optionalFields());
        json.put("preview", type.preview());
        return json;
    }

    private static Map<String, @Nullable Object> of(InteractionFeature feature) {
        return Map.of("name", feature.name(), "description", feature.description(), "events", feature.events());
    }

    private static List<String> labels(List<? extends Enum<?>> values) {
        return values.stream().map(Description::label).toList();
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

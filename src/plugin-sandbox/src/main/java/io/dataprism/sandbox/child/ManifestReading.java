package io.dataprism.sandbox.child;

import io.dataprism.plugin.PluginManifest;
import io.dataprism.plugin.PluginManifest.Dependency;
import io.dataprism.plugin.PluginManifest.Operation;
import io.dataprism.plugin.PluginManifest.Permission;
import io.dataprism.plugin.PluginManifest.Schedule;
import io.dataprism.sandbox.frame.Json;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The manifest as plugins see it, from the document that the host has found valid. */
final class ManifestReading {

    private ManifestReading() {}

    /** From a {@code go} order; one without a document says name, version and category alone. */
    static PluginManifest of(Map<String, @Nullable Object> order) {
        Map<String, @Nullable Object> document = object(order.get("manifest"));
        return new PluginManifest(
                Json.text(order, "name"),
                Json.text(order, "version"),
                text(document, "description", ""),
                text(document, "author", ""),
                text(document, "license", ""),
                texts(document, "keywords"),
                Json.text(order, "category"),
                list(document, "dependencies", ManifestReading::dependency),
                list(document, "permissions", ManifestReading::permission),
                list(document, "operations", ManifestReading::operation),
                list(document, "schedules", ManifestReading::schedule));
    }

    private static Dependency dependency(Map<String, @Nullable Object> json) {
        return new Dependency(text(json, "name", ""), text(json, "version", "*"), flag(json, "optional"));
    }

    private static Permission permission(Map<String, @Nullable Object> json) {
        return new Permission(text(json, "resource", ""), text(json, "access", ""), text(json, "scope", "*"));
    }

    private static Operation operation(Map<String, @Nullable Object> json) {
        return new Operation(
                text(json, "name", ""),
                text(json, "description", ""),
                text(json, "kind", "value"),
                text(json, "input", "none"),
                Collections.unmodifiableMap(object(json.get("params"))),
                Collections.unmodifiableMap(object(json.get("result"))),
                texts(json, "mediaTypes"),
                flag(json, "idempotent"));
    }

    private static Schedule schedule(Map<String, @Nullable Object> json) {
        return new Schedule(
                text(json, "name", ""), text(json, "operation", ""), text(json, "every", text(json, "cron", "")));
    }

    private static Map<String, @Nullable Object> object(@Nullable Object value) {
        return value instanceof Map<?, ?> ? Json.object(value) : Map.of();
    }

    private static String text(Map<String, @Nullable Object> json, String member, String absent) {
        return json.get(member) instanceof String text ? text : absent;
    }

    private static boolean flag(Map<String, @Nullable Object> json, String member) {
        return Boolean.TRUE.equals(json.get(member));
    }

    private static List<String> texts(Map<String, @Nullable Object> json, String member) {
        return json.get(member) instanceof List<?> entries
                ? entries.stream().map(Objects::toString).toList()
                : List.of();
    }

    private static <T> List<T> list(
            Map<String, @Nullable Object> json, String member, Function<Map<String, @Nullable Object>, T> reading) {
        return json.get(member) instanceof List<?> entries
                ? entries.stream().map(entry -> reading.apply(object(entry))).toList()
                : List.of();
    }
}

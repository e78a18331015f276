package io.dataprism.plugin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who the plugin is, as its package's manifest says it. Immutable.
 *
 * @param version a semantic version
 * @param description empty where the manifest has none; likewise {@code author} and {@code license}
 * @param category {@code data-processing}, {@code visualization}, {@code integration} or {@code utility}
 * @param permissions what the plugin asks for; the operator may have granted less
 */
public record PluginManifest(
        String name,
        String version,
        String description,
        String author,
        String license,
        List<String> keywords,
        String category,
        List<Dependency> dependencies,
        List<Permission> permissions,
        List<Operation> operations,
        List<Schedule> schedules) {

    public PluginManifest {
        keywords = List.copyOf(keywords);
        dependencies = List.copyOf(dependencies);
        permissions = List.copyOf(permissions);
        operations = List.copyOf(operations);
        schedules = List.copyOf(schedules);
    }

    /** An operation by name. */
    public Optional<Operation> operation(String operation) {
        return operations.stream().filter(each -> each.name().equals(operation)).findFirst();
    }

    /**
     * A plugin that this one needs.
     *
     * @param version a range of semantic versions, such as {@code ^2.1.0}
     * @param optional whether it does without
     */
    public record Dependency(String name, String version, boolean optional) {}

    /**
     * What the plugin asks for.
     *
     * @param access {@code read}, {@code write} or {@code execute}
     * @param scope a pattern; {@code *} is everything
     */
    public record Permission(String resource, String access, String scope) {}

    /**
     * An operation.
     *
     * @param kind {@code value}, {@code dataset} or {@code rendering}
     * @param input {@code none}, {@code optional} or {@code required}
     * @param params the JSON Schema of the parameters; empty: anything goes
     * @param result the JSON Schema of the result; empty: anything
     * @param mediaTypes what a rendering can be written as, as far as the manifest says
     */
    public record Operation(
            String name,
            String description,
            String kind,
            String input,
            Map<String, @Nullable Object> params,
            Map<String, @Nullable Object> result,
            List<String> mediaTypes,
            boolean idempotent) {

        public Operation {
            mediaTypes = List.copyOf(mediaTypes);
        }
    }

    /**
     * Work that the host starts by itself.
     *
     * @param when a duration such as {@code 1h}, or five cron fields
     */
    public record Schedule(String name, String operation, String when) {}
}

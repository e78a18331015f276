package io.dataprism.plugins.scheduler;

import io.dataprism.plugin.PluginException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the configuration, which the host has checked against the manifest's schema. */
final class Settings {

    private Settings() {}

    /** The tasks, in order. Fails with {@code CONFIGURATION_INVALID} for what a schema cannot say. */
    static List<TaskSpec> tasks(Map<String, @Nullable Object> configuration) {
        if (!(configuration.get("tasks") instanceof List<?> list)) {
            return List.of();
        }
        List<TaskSpec> tasks = list.stream()
                .filter(Map.class::isInstance)
                .map(each -> task((Map<?, ?>) each))
                .toList();
        Set<String> names = new HashSet<>();
        for (TaskSpec task : tasks) {
            if (!names.add(task.name())) {
                throw new PluginException(
                        "CONFIGURATION_INVALID", "Two tasks have the name '" + task.name() + "'; each needs its own.");
            }
        }
        return tasks;
    }

    private static TaskSpec task(Map<?, ?> json) {
        Map<String, @Nullable Object> params = new LinkedHashMap<>();
        if (json.get("params") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> params.put(String.valueOf(name), value));
        }
        return new TaskSpec(
                String.valueOf(json.get("name")),
                String.valueOf(json.get("plugin")),
                String.valueOf(json.get("operation")),
                Collections.unmodifiableMap(params),
                plan(json));
    }

    private static Plan plan(Map<?, ?> json) {
        if (json.get("every") instanceof String every) {
            return new Plan.Every(duration(every));
        }
        Plan plan = new Plan.By(Cron.parse(String.valueOf(json.get("cron"))), zone(json.get("zone")));
        if (plan.after(Instant.now()).isEmpty()) {
            throw new PluginException(
                    "CONFIGURATION_INVALID",
                    "The cron '" + json.get("cron") + "' of the task '" + json.get("name")
                            + "' names no day that comes.");
        }
        return plan;
    }

    private static Duration duration(String text) {
        long amount = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(amount);
            case 'm' -> Duration.ofMinutes(amount);
            case 'h' -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static ZoneId zone(@Nullable Object name) {
        try {
            return ZoneId.of(name == null ? "UTC" : String.valueOf(name));
        } catch (DateTimeException unknown) {
            throw new PluginException(
                    "CONFIGURATION_INVALID", "There is no time zone '" + name + "'; name one such as Europe/Berlin.");
        }
    }
}

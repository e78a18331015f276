package io.dataprism.plugins.scheduler;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of a task.
 *
 * @param name unique among the tasks
 * @param plugin whose operation is called
 */
record TaskSpec(String name, String plugin, String operation, Map<String, @Nullable Object> params, Plan plan) {

    /** The call, for an event. */
    Map<String, @Nullable Object> call() {
        return Map.of("plugin", plugin, "operation", operation, "params", params);
    }
}

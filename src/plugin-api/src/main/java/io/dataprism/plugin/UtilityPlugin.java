package io.dataprism.plugin;

import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * A plugin that does something useful beside data: category {@code utility}. Its operations are {@link Plugin#execute}; what the
 * manifest's {@code schedules} name is {@link #runTask}.
 */
public interface UtilityPlugin extends Plugin {

    /**
     * Does what a schedule of the manifest is for. Runs of one schedule never overlap; one that would begin while another is
     * under way is left out. A run works with the plugin's own grant, within its {@code operationTimeout}. By default it is the
     * schedule's operation without parameters.
     *
     * @param name of the schedule
     * @return one JSON value, or empty for null; it is not kept
     */
    default Mono<Object> runTask(String name, ScheduledRun run) {
        return execute(run.operation(), Map.of());
    }
}

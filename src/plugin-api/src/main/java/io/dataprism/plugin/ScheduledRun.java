package io.dataprism.plugin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of a schedule.
 *
 * @param schedule its name in the manifest
 * @param operation the operation that the manifest names for it
 * @param due when it should have begun
 * @param lastRun when the last run began, over reloads and restarts; null for the first
 */
public record ScheduledRun(
        String schedule,
        String operation,
        Instant due,
        @Nullable Instant lastRun) {}

package io.dataprism.plugin;

import java.time.Duration;

/**
 * What a plugin has processed since its process started.
 *
 * @param busy the time spent on it, over all threads
 */
public record ProcessingMetrics(long operations, long rowsIn, long rowsOut, long failures, Duration busy) {

    /** Nothing yet, or nothing counted. */
    public static final ProcessingMetrics NONE = new ProcessingMetrics(0, 0, 0, 0, Duration.ZERO);
}

package io.dataprism.core.manifest;

import java.time.Duration;

/**
 * What is done when the plugin's process ends by itself.
 *
 * @param restart whether it is started again, after a growing pause
 * @param maxRestarts within the window; beyond them the plugin is quarantined
 */
public record CrashPolicy(boolean restart, int maxRestarts, Duration window) {

    /** Where the manifest says nothing. */
    public static final CrashPolicy DEFAULT = new CrashPolicy(true, 5, Duration.ofMinutes(1));
}

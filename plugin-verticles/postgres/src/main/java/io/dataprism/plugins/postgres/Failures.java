package io.dataprism.plugins.postgres;

import io.dataprism.plugin.PluginException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What the driver throws as what a caller is told. */
final class Failures {

    private static final String CALLERS = "REQUEST_INVALID";
    private static final String PLUGIN_FAILED = "PLUGIN_FAILED";

    private Failures() {}

    /**
     * A failure with a code. What the host has refused comes back as the host said it.
     *
     * @param doing what was done, such as {@code read 'public.flights'}
     */
    static PluginException of(String doing, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PluginException known) {
                return known;
            }
        }
        String state = failure instanceof SQLException sql ? sql.getSQLState() : null;
        return new PluginException(
                isTheCallersAffair(state) ? CALLERS : PLUGIN_FAILED,
                "PostgreSQL could not " + doing + ": " + failure.getMessage()
                        + (state == null ? "" : " [" + state + "]"),
                failure);
    }

    /** Bad values (22), broken constraints (23), and names that are missing or there already (42, 3F). */
    private static boolean isTheCallersAffair(@Nullable String state) {
        return state != null
                && (state.startsWith("22")
                        || state.startsWith("23")
                        || state.startsWith("42")
                        || state.startsWith("3F"))
                && !state.equals("42501");
    }
}

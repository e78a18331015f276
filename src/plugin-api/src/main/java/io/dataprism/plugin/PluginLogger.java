package io.dataprism.plugin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's log, which operators read and follow with {@code GET /v1/plugins/{name}/logs}. A message is cut at 8 KiB, and so
 * are a line's fields in all; of more than 200 lines a second the rest is dropped, and a line says how many. Any thread.
 */
public interface PluginLogger {

    /** How much a line matters. */
    enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /** Writes one line. Never blocks, never fails. */
    void log(Level level, String message);

    /**
     * The same with what belongs to it, which programs can read.
     *
     * @param fields by name: values that JSON has a form for, others as texts; none that is secret
     */
    default void log(Level level, String message, Map<String, ? extends @Nullable Object> fields) {
        log(level, fields.isEmpty() ? message : message + " " + fields);
    }

    default void debug(String message) {
        log(Level.DEBUG, message);
    }

    default void info(String message) {
        log(Level.INFO, message);
    }

    default void warn(String message) {
        log(Level.WARN, message);
    }

    default void error(String message) {
        log(Level.ERROR, message);
    }
}

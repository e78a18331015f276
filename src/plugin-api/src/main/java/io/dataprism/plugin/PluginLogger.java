package io.dataprism.plugin;

/** A plugin's log. Lines longer than 8 KiB are cut, and lines beyond the operator's rate are dropped and counted. */
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

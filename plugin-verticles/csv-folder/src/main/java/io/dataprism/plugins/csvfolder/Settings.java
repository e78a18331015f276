package io.dataprism.plugins.csvfolder;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * @param autoLoad whether changed files are loaded without being asked to
 * @param tablePrefix before the names of tables
 * @param settle for how long nobody must have written to a file before it is loaded
 */
record Settings(boolean autoLoad, String tablePrefix, Duration settle) {

    private static final int SETTLE_SECONDS = 2;

    static Settings of(Map<String, @Nullable Object> values) {
        return new Settings(
                Boolean.TRUE.equals(values.get("autoLoad")),
                values.get("tablePrefix") instanceof String prefix ? prefix : "",
                Duration.ofSeconds(
                        values.get("settleSeconds") instanceof Number number ? number.intValue() : SETTLE_SECONDS));
    }
}

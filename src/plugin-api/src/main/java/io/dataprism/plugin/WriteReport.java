package io.dataprism.plugin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was written.
 *
 * @param table where
 * @param rows that the other side has now confirmed
 */
public record WriteReport(String table, long rows) {

    /** The report as JSON values: {@code {table, rows}}. */
    public Map<String, @Nullable Object> toJson() {
        return Map.of("table", table, "rows", rows);
    }
}

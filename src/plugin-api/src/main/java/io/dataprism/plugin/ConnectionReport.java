package io.dataprism.plugin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether the other side can be reached.
 *
 * @param detail what answered, or what is wrong and what would help; without secrets
 */
public record ConnectionReport(boolean connected, String detail) {

    /** The report as JSON values: {@code {connected, detail}}. */
    public Map<String, @Nullable Object> toJson() {
        return Map.of("connected", connected, "detail", detail);
    }
}

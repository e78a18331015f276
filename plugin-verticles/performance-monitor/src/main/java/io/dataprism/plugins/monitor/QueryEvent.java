package io.dataprism.plugins.monitor;

import io.dataprism.plugin.Event;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A query that ended.
 *
 * @param code of its failure; null where it succeeded
 */
record QueryEvent(
        Instant time,
        long durationMillis,
        long rows,
        long bytes,
        @Nullable String code) {

    /** From {@code core:query:complete}; empty where the event does not look like one. */
    static Optional<QueryEvent> of(Event event) {
        if (!(event.data() instanceof Map<?, ?> data) || !(data.get("durationMillis") instanceof Number duration)) {
            return Optional.empty();
        }
        return Optional.of(new QueryEvent(
                event.time(),
                Math.max(0, duration.longValue()),
                number(data.get("rows")),
                number(data.get("bytes")),
                data.get("code") instanceof String code ? code : null));
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}

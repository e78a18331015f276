package io.dataprism.event;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Publishing, from the caller's side: for whom the current context speaks, permissions checked. */
public interface EventService {

    /**
     * Appends an event.
     *
     * @param topic a topic, not a pattern
     * @param data a JSON value as Vert.x has them: {@code JsonObject}, {@code JsonArray}, {@code String}, {@code Number},
     *     {@code Boolean} or null
     * @return its cursor, once it is appended
     */
    Future<String> publish(String topic, @Nullable Object data);
}

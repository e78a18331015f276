package io.dataprism.event;

import io.dataprism.core.error.DataPrismException;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    /** The same where nobody waits for the outcome: what is not published is logged. */
    default void tell(String topic, @Nullable Object data) {
        publish(topic, data).onFailure(failure -> {
            Logger log = LoggerFactory.getLogger(EventService.class);
            if (failure instanceof DataPrismException known) {
                log.warn("{} was not published: {} {}", topic, known.code(), known.detail());
            } else {
                log.warn("{} was not published", topic, failure);
            }
        });
    }
}

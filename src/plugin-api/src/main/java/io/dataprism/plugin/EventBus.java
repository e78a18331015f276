package io.dataprism.plugin;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Events, from a plugin's side. Topics are colon-separated: {@code plugin:delays:refreshed}. */
public interface EventBus {

    /**
     * Appends an event to the log. A plugin may always publish to {@code plugin:<its name>:**}; other topics need
     * {@code core} {@code write} with the scope {@code events:<pattern>}.
     *
     * @param topic a topic, not a pattern
     * @param data a JSON value, at most 256 KiB
     * @return the event's cursor, once it is appended
     */
    Mono<String> publish(String topic, @Nullable Object data);

    /**
     * Follows topics from now on. Own topics always; others need {@code core} {@code read} with the scope
     * {@code events:<pattern>}. Cancel to end it.
     *
     * @param pattern {@code *} stands for one segment, a last {@code **} for one or more
     */
    Flux<Event> subscribe(String pattern);

    /** The next event of a pattern, from the subscription on; ends after it. Permissions as {@link #subscribe}. */
    default Mono<Event> once(String pattern) {
        return subscribe(pattern).next();
    }

    /** The patterns that this plugin follows now, sorted, each as often as it is followed. */
    default List<String> activeSubscriptions() {
        return List.of();
    }
}

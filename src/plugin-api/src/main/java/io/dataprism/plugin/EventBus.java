package io.dataprism.plugin;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
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

    /**
     * Follows topics with a handler: one event at a time, in order. A handler that throws, or whose answer fails, ends nothing:
     * its failure becomes an event of {@code eventbus:error} (of a handler of {@code eventbus:**}: a line of the log), and the
     * next event is handled. Permissions as {@link #subscribe}.
     *
     * @param handler called for each event; the next one waits until its answer has ended
     * @return ends the subscription
     */
    default Disposable on(String pattern, Function<Event, Mono<Void>> handler) {
        return subscribe(pattern)
                .concatMap(event -> Mono.defer(() -> handler.apply(event)).onErrorComplete())
                .subscribe();
    }

    /**
     * Sends a message to another plugin: it arrives once or not at all, and is not kept. Needs {@code core} {@code execute} with
     * the scope {@code plugin:<name>}.
     *
     * @param data a JSON value, at most 256 KiB
     * @return completes when the host has it; fails with {@code PERMISSION_DENIED}, {@code PLUGIN_NOT_FOUND},
     *     {@code PLUGIN_NOT_ACTIVE} or {@code PAYLOAD_TOO_LARGE}. That the other plugin has read it, nobody says
     */
    default Mono<Void> send(String plugin, @Nullable Object data) {
        return Mono.error(new PluginException("PLUGIN_NOT_FOUND", "There is no plugin '" + plugin + "' here."));
    }

    /**
     * What other plugins send to this one from the subscription on. Of those that are not taken in time, 256 with 4 MiB wait; the
     * rest is dropped, and counted in {@code /metrics}. One subscription at a time: another fails with {@code STATE_CONFLICT}.
     */
    default Flux<DirectMessage> messages() {
        return Flux.never();
    }

    /** The patterns that this plugin follows now, sorted, each as often as it is followed. */
    default List<String> activeSubscriptions() {
        return List.of();
    }
}

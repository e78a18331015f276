package io.dataprism.core.confinement;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Event;
import io.dataprism.plugin.PluginLogger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * All that a child can ask for. The host implements it for each child and checks every request; nothing that comes through is
 * to be trusted. Called on threads of the process's own, which must not be blocked. Failures reach the plugin as a
 * {@link io.dataprism.plugin.PluginException} with the same code.
 */
public interface HostDoor {

    /**
     * A request to an address of the bus.
     *
     * @param servingCallId the id of the call that the child says it is serving, known to be one that it is serving; null: none
     */
    Mono<Object> request(@Nullable String servingCallId, String address, Map<String, @Nullable Object> body);

    /** A query; {@code request(n)} and cancel go all the way to the engine. */
    Flux<Batch> query(@Nullable String servingCallId, String sql, List<@Nullable Object> parameters);

    /** A subscription to a topic pattern. */
    Flux<Event> subscribe(@Nullable String servingCallId, String pattern);

    /**
     * Makes the next version of a table.
     *
     * @param mode {@code CREATE}, {@code REPLACE} or {@code APPEND}, as the child wrote it
     * @param batches checked already; whoever subscribes closes them; fails where the child breaks off
     * @return the table as JSON values
     */
    Mono<Object> load(@Nullable String servingCallId, String table, String mode, Flux<Batch> batches);

    /** A connection to a host and a port, open when it is answered; who gets it closes it. */
    Mono<HostStream> connect(@Nullable String servingCallId, String host, int port);

    /** What other plugins send to this one, from the subscription on; topic and cursor say nothing. */
    Flux<Event> messages();

    /** Something of the plugin's failed, and no call fails with it. */
    void failed(Unheard failure);

    /**
     * A failure that nobody waits for.
     *
     * @param topic of the event whose handler failed; null: nobody handled it
     * @param cursor of that event
     * @param error what failed, for people
     */
    record Unheard(@Nullable String topic, @Nullable String cursor, String error) {}

    /** A line for the plugin's log, with what belongs to it: JSON values. */
    void log(PluginLogger.Level level, String message, Map<String, @Nullable Object> fields);
}

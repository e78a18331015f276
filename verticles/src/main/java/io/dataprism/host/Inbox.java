package io.dataprism.host;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;

/**
 * The messages that other plugins send to one version of a plugin: each reaches who listens now, or nobody. Those that are not
 * taken in time wait, {@value #WAITING_LIMIT} at most; the rest is dropped and counted. {@link #offer} on the verticle's event
 * loop; {@link #messages} on any thread.
 */
final class Inbox {

    private static final int WAITING_LIMIT = 256;
    private static final int MESSAGE_BYTES = 256 * 1024;

    private final String plugin;
    private final Counter dropped;
    private final Sinks.Many<Event> sink = Sinks.many().multicast().directBestEffort();

    Inbox(String plugin, MeterRegistry meters) {
        this.plugin = plugin;
        this.dropped = Counter.builder("dataprism.plugin.messages.dropped")
                .tag("plugin", plugin)
                .register(meters);
    }

    /** Takes a message; {@code PAYLOAD_TOO_LARGE}. */
    void offer(String sender, @Nullable Object message) {
        int bytes = Json.encodeToBuffer(message).length();
        if (bytes > MESSAGE_BYTES) {
            throw new DataPrismException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "A message of " + bytes + " bytes from " + sender + " to plugin " + plugin
                            + " is too large; at most " + MESSAGE_BYTES + " are taken.",
                    "Send where the data is, not the data.");
        }
        Event event = new Event("", sender, Instant.now(), ChildDoor.plain(message), "");
        if (sink.tryEmitNext(event) != EmitResult.OK) {
            dropped.increment();
        }
    }

    /** From now on; completes with {@link #close}. */
    Flux<Event> messages() {
        return sink.asFlux()
                .onBackpressureBuffer(WAITING_LIMIT, lost -> dropped.increment(), BufferOverflowStrategy.DROP_LATEST);
    }

    /** Nothing comes any more. */
    void close() {
        sink.tryEmitComplete();
    }
}

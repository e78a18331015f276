package io.dataprism.host;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;

/**
 * The messages that other plugins send to one version of a plugin: each reaches the one who listens now, or nobody. Those that
 * are not taken in time wait as they were sent, {@value #WAITING_LIMIT} with {@value #WAITING_BYTES} bytes at most; the rest is
 * dropped and counted. {@link #offer} and {@link #close} on the verticle's event loop; {@link #messages} on any thread.
 */
final class Inbox {

    private static final int WAITING_LIMIT = 256;
    private static final int WAITING_BYTES = 4 << 20;
    private static final int MESSAGE_BYTES = 256 * 1024;

    private final String plugin;
    private final Counter dropped;
    private final AtomicReference<@Nullable Listener> listening = new AtomicReference<>();

    Inbox(String plugin, MeterRegistry meters) {
        this.plugin = plugin;
        this.dropped = Counter.builder("dataprism.plugin.messages.dropped")
                .tag("plugin", plugin)
                .register(meters);
    }

    /** Takes a message; {@code PAYLOAD_TOO_LARGE}. */
    void offer(String sender, @Nullable Object message) {
        Buffer bytes = Json.encodeToBuffer(message);
        if (bytes.length() > MESSAGE_BYTES) {
            throw new DataPrismException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "A message of " + bytes.length() + " bytes from " + sender + " to plugin " + plugin
                            + " is too large; at most " + MESSAGE_BYTES + " are taken.",
                    "Send where the data is, not the data.");
        }
        Listener listener = listening.get();
        if (listener == null || !listener.takes(new Waiting(sender, Instant.now(), bytes))) {
            dropped.increment();
        }
    }

    /** From the subscription on, for one at a time; completes with {@link #close}; {@code STATE_CONFLICT}. */
    Flux<Event> messages() {
        return Flux.defer(() -> {
            Listener listener = new Listener();
            if (!listening.compareAndSet(null, listener)) {
                throw new DataPrismException(
                        ErrorCode.STATE_CONFLICT,
                        "Plugin " + plugin + " follows its messages already; it can do so once at a time.",
                        "Share the one stream, or end it first.");
            }
            return listener.events().doFinally(ended -> listening.compareAndSet(listener, null));
        });
    }

    /** Nothing comes any more for who listens now. */
    void close() {
        Listener listener = listening.get();
        if (listener != null) {
            listener.sink.tryEmitComplete();
        }
    }

    /** A message as it was sent: what is made of its bytes could be many times as large. */
    private record Waiting(String sender, Instant time, Buffer bytes) {

        Event event() {
            return new Event("", sender, time, ChildDoor.plain(Json.decodeValue(bytes)), "");
        }
    }

    /** One subscription, with what waits for it. */
    private static final class Listener {

        private final AtomicInteger count = new AtomicInteger();
        private final AtomicInteger bytes = new AtomicInteger();
        private final Sinks.Many<Waiting> sink =
                Sinks.many().unicast().onBackpressureBuffer(new ConcurrentLinkedQueue<>());

        /** One caller at a time. */
        boolean takes(Waiting message) {
            int length = message.bytes().length();
            if (count.get() >= WAITING_LIMIT || bytes.get() + length > WAITING_BYTES) {
                return false;
            }
            count.incrementAndGet();
            bytes.addAndGet(length);
            return sink.tryEmitNext(message) == EmitResult.OK;
        }

        Flux<Event> events() {
            return sink.asFlux().map(message -> {
                count.decrementAndGet();
                bytes.addAndGet(-message.bytes().length());
                return message.event();
            });
        }
    }
}

package io.dataprism.core.confinement;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Event;
import io.dataprism.plugin.PluginLogger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A door that grants nothing but events, of which there is no end; it remembers what it was told about who asks. */
final class DenyingDoor extends RecordingDoor {

    final AtomicLong asked = new AtomicLong();
    final AtomicLong logged = new AtomicLong();
    final List<String> servedCalls = new CopyOnWriteArrayList<>();

    @Override
    public Mono<Object> request(String servingCallId, String address, Map<String, Object> body) {
        asked.incrementAndGet();
        if (servingCallId != null) {
            servedCalls.add(servingCallId);
        }
        return Mono.error(new DataPrismException(
                ErrorCode.PERMISSION_DENIED, "Nothing is granted to this plugin.", "Grant it something."));
    }

    @Override
    public Flux<Event> subscribe(String servingCallId, String pattern) {
        return Flux.just(new Event("plugin:neighbour:x", "/plugins/neighbour", Instant.EPOCH, 1, "c"))
                .repeat();
    }

    @Override
    public Flux<Event> messages() {
        return Flux.never();
    }

    @Override
    public void failed(Unheard failure) {
        asked.incrementAndGet();
    }

    @Override
    public void log(PluginLogger.Level level, String message, Map<String, Object> fields) {
        logged.incrementAndGet();
    }
}

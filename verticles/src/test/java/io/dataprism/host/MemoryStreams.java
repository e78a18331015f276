package io.dataprism.host;

import io.dataprism.plugin.Batch;
import io.dataprism.stream.StreamEndpoint;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Streams by reference within one JVM. */
final class MemoryStreams implements StreamEndpoint {

    private final Map<String, Sinks.One<Flux<Batch>>> open = new ConcurrentHashMap<>();

    @Override
    public Inbound open(Duration answerWithin) {
        String id = UUID.randomUUID().toString();
        Sinks.One<Flux<Batch>> source = Sinks.one();
        open.put(id, source);
        return new Inbound() {
            @Override
            public JsonObject descriptor() {
                return new JsonObject().put("id", id);
            }

            @Override
            public Flux<Batch> batches() {
                return source.asMono().flatMapMany(batches -> batches).doFinally(end -> open.remove(id));
            }

            @Override
            public void abandon() {
                open.remove(id);
            }
        };
    }

    @Override
    public void send(JsonObject descriptor, Flux<Batch> source) {
        open.get(descriptor.getString("id")).tryEmitValue(source);
    }

    @Override
    public void send(JsonObject descriptor, List<Batch> whole) {
        send(descriptor, Flux.fromIterable(whole));
    }

    int left() {
        return open.size();
    }
}

package io.dataprism.core.confinement;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Event;
import io.dataprism.plugin.PluginLogger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A door that records what is asked, and answers what a test puts in. */
public class RecordingDoor implements HostDoor {

    public final List<String> lines = new CopyOnWriteArrayList<>();
    public final List<String> requests = new CopyOnWriteArrayList<>();
    public final List<String> servingCallIds = new CopyOnWriteArrayList<>();
    public volatile Mono<Object> reply = Mono.just("reply");
    public volatile Flux<Batch> batches = Flux.empty();

    @Override
    public Mono<Object> request(String servingCallId, String address, Map<String, Object> body) {
        servingCallIds.add(String.valueOf(servingCallId));
        requests.add(address + " " + body);
        return reply;
    }

    @Override
    public Flux<Batch> query(String servingCallId, String sql, List<Object> parameters) {
        servingCallIds.add(String.valueOf(servingCallId));
        requests.add(sql + " " + parameters);
        return batches;
    }

    @Override
    public Flux<Event> subscribe(String servingCallId, String pattern) {
        servingCallIds.add(String.valueOf(servingCallId));
        requests.add(pattern);
        return Flux.range(0, 100)
                .map(index ->
                        new Event("plugin:worker:" + index, "/plugins/worker", Instant.EPOCH, index, "c" + index));
    }

    @Override
    public Mono<Object> load(String servingCallId, String table, String mode, Flux<Batch> rows) {
        servingCallIds.add(String.valueOf(servingCallId));
        requests.add("load " + table + " " + mode);
        return rows.doOnNext(Batch::close).count().map(count -> Map.of("batches", count));
    }

    @Override
    public Flux<Event> messages() {
        return Flux.just(new Event("", "/plugins/other", Instant.EPOCH, Map.of("hello", 1), ""));
    }

    @Override
    public void failed(Unheard failure) {
        requests.add("failed " + failure);
    }

    @Override
    public Mono<HostStream> connect(String servingCallId, String host, int port) {
        requests.add(host + ":" + port);
        return Mono.error(new IllegalStateException("no network"));
    }

    @Override
    public void log(PluginLogger.Level level, String message, Map<String, Object> fields) {
        lines.add(level + " " + message + (fields.isEmpty() ? "" : " " + fields));
    }
}

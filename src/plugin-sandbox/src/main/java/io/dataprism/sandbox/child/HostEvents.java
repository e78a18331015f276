package io.dataprism.sandbox.child;

import io.dataprism.plugin.DirectMessage;
import io.dataprism.plugin.Event;
import io.dataprism.plugin.EventBus;
import io.dataprism.sandbox.frame.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Events and messages, through the host. Any thread. */
final class HostEvents implements EventBus {

    private final HostRequests requests;
    private final List<String> following = new CopyOnWriteArrayList<>();

    HostEvents(HostRequests requests) {
        this.requests = requests;
    }

    @Override
    public Mono<String> publish(String topic, @Nullable Object data) {
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put("topic", topic);
        body.put("data", data);
        return requests.request("dataprism.events.publish", body)
                .map(reply -> reply instanceof Map<?, ?> map && map.get("cursor") instanceof String
                        ? Json.text(Json.object(map), "cursor")
                        : String.valueOf(reply));
    }

    @Override
    public Flux<Event> subscribe(String pattern) {
        Flux<Event> events = requests.events("subscribe", Map.of("pattern", pattern));
        return Flux.using(
                () -> {
                    following.add(pattern);
                    return pattern;
                },
                followed -> events,
                following::remove);
    }

    @Override
    public Disposable on(String pattern, Function<Event, Mono<Void>> handler) {
        return subscribe(pattern)
                .concatMap(event -> Mono.defer(() -> handler.apply(event))
                        .onErrorResume(failure -> requests.handlerFailed(event, failure)))
                .subscribe();
    }

    @Override
    public Mono<Void> send(String plugin, @Nullable Object data) {
        Map<String, @Nullable Object> body = new HashMap<>();
        body.put("message", data);
        return requests.request("dataprism.plugin." + plugin, body).then();
    }

    @Override
    public Flux<DirectMessage> messages() {
        return requests.events("messages", Map.of())
                .map(event -> new DirectMessage(event.source(), event.time(), event.data()));
    }

    @Override
    public List<String> activeSubscriptions() {
        return following.stream().sorted().toList();
    }
}

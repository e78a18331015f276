package io.dataprism.service;

import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.UtilityPlugin;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs in a sandbox: follows {@code work:**} and {@code eventbus:**} with handlers, takes messages, and tells what it heard. */
public final class ListeningPlugin implements UtilityPlugin {

    private final List<Object> heard = new CopyOnWriteArrayList<>();
    private PluginContext context;

    @Override
    public Mono<Void> initialize(PluginContext door) {
        context = door;
        return Mono.empty();
    }

    @Override
    public Mono<Void> activate() {
        context.events().on("work:**", event -> {
            if ("throw".equals(event.data())) {
                throw new IllegalStateException("thrown by the handler");
            }
            heard.add(event.data());
            return "fail".equals(event.data()) ? Mono.error(new PluginException("OWN", "failed later")) : Mono.empty();
        });
        context.events().messages().subscribe(message -> heard.add(message.sender() + " said " + message.data()));
        context.events().on("eventbus:**", event -> {
            heard.add(event.topic());
            return Mono.error(new IllegalStateException("the handler of failures fails, too"));
        });
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params) {
        return switch (operation) {
            case "heard" -> Mono.just(List.copyOf(heard));
            case "send" ->
                context.events()
                        .send((String) params.get("to"), params.get("data"))
                        .thenReturn((Object) "sent")
                        .onErrorResume(PluginException.class, refused -> Mono.just(refused.code()));
            case "throw" -> {
                new Thread(() -> {
                            throw new IllegalStateException("a thread of its own died");
                        })
                        .start();
                Flux.error(new IllegalStateException("a flux without a reader failed"))
                        .subscribe();
                yield Mono.just("thrown");
            }
            default -> Mono.error(PluginException.unknownOperation(operation));
        };
    }
}

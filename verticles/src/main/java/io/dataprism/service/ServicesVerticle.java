package io.dataprism.service;

import io.dataprism.bus.Refusals;
import io.dataprism.bus.Replies;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Puts the services of a node on its bus. One per node, on an event loop; requests are answered where they are made. */
public final class ServicesVerticle extends VerticleBase {

    private final ServiceParts parts;
    private List<Service> services = List.of();

    public ServicesVerticle(ServiceParts parts) {
        this.parts = parts;
    }

    @Override
    public Future<?> start() {
        ScopeGuard guard = new ScopeGuard(new Refusals(parts.audit()));
        NetworkDoor door = new NetworkDoor(vertx, guard);
        services = List.of(
                new StoredValues(vertx, parts.plugins(), parts.storage(), guard),
                new OwnConfiguration(vertx, parts.plugins()),
                new NodeMetrics(vertx, parts),
                new OwnLog(parts.plugins()),
                new OwnSeries(parts.meters(), parts.plugins()),
                new Renderings(parts.events(), guard),
                new LanguageModels(vertx, parts),
                new Connecting(door),
                new Fetching(vertx, door));
        List<Future<?>> ready = new ArrayList<>();
        for (Service service : services) {
            service.addresses().forEach((address, answer) -> ready.add(serve(address, answer)));
        }
        return Future.all(ready);
    }

    @Override
    public Future<?> stop() {
        return Future.join(services.stream().map(Service::close).toList());
    }

    private Future<Void> serve(String address, Function<ServiceRequest, Future<?>> answer) {
        return vertx.eventBus()
                .localConsumer(address, message -> answer(message, answer))
                .completion();
    }

    private static void answer(Message<?> message, Function<ServiceRequest, Future<?>> answer) {
        try {
            answer.apply(ServiceRequest.of(message))
                    .onSuccess(reply -> message.reply(reply == null ? new JsonObject() : reply))
                    .onFailure(failure -> Replies.fail(message, failure));
        } catch (RuntimeException failure) {
            Replies.fail(message, failure);
        }
    }
}

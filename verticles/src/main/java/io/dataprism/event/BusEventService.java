package io.dataprism.event;

import io.dataprism.bus.Addresses;
import io.dataprism.bus.Replies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** {@link EventService} as a request to {@link Addresses#EVENTS_PUBLISH}. Not answered within 10 s: {@code OVERLOADED}. */
public final class BusEventService implements EventService {

    private static final DeliveryOptions OPTIONS = new DeliveryOptions().setSendTimeout(10_000);

    private final Vertx vertx;

    public BusEventService(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Future<String> publish(String topic, @Nullable Object data) {
        JsonObject body = new JsonObject().put("topic", topic).put("data", data);
        return vertx.eventBus()
                .<JsonObject>request(Addresses.EVENTS_PUBLISH, body, OPTIONS)
                .map(reply -> reply.body().getString("cursor"))
                .recover(Replies::recover);
    }
}

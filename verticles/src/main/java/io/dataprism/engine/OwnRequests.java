package io.dataprism.engine;

import io.dataprism.bus.CallerContext;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.engine.EngineRoute.Way;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;

/**
 * Requests that speak for the node, or for the deployment that makes them, and never for the caller whom it serves: the engine's own address is the
 * node's alone, and what a user may see of it is decided by who asks. The answer comes on the context that asked.
 */
final class OwnRequests {

    private static final long TIMEOUT_MILLIS = 10_000;

    private final Vertx vertx;
    private final EngineRoute route;

    OwnRequests(Vertx vertx, EngineRoute route) {
        this.vertx = vertx;
        this.route = route;
    }

    Future<JsonObject> request(Way way, String address, JsonObject body) {
        return request(way, address, body, new DeliveryOptions().setSendTimeout(TIMEOUT_MILLIS));
    }

    Future<JsonObject> request(Way way, String address, JsonObject body, DeliveryOptions options) {
        ContextInternal asking = (ContextInternal) vertx.getOrCreateContext();
        Promise<JsonObject> answer = asking.promise();
        Caller acting = CallerContext.acting();
        boolean asNode = acting != null && acting.principal() instanceof Principal.Node;
        ContextInternal from = asNode ? asking : asking.unwrap();
        from.runOnContext(go -> route.request(way, address, body, options).onComplete(answer));
        return answer.future();
    }
}

package io.dataprism.load.node;

import io.dataprism.bus.Addresses;
import io.dataprism.load.measure.CallTimes;
import io.vertx.core.Context;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls the operation {@code echo} of a plugin over the bus, as a verticle would, so many at once. Blocks; one thread. */
final class BusCalls {

    private static final long LIMIT_SECONDS = 300;

    private final PluginHostUnderTest node;
    private final String address;
    private final JsonObject params;

    /** @param bytes of the parameters, as JSON */
    BusCalls(PluginHostUnderTest node, String plugin, int bytes) {
        this.node = node;
        this.address = Addresses.plugin(plugin);
        this.params = new JsonObject(CallTimes.payload(bytes));
    }

    /** Calls and checks each answer. */
    CallTimes run(int times, int flight) throws Exception {
        Context context = node.asAdmin();
        CallTimes found = new CallTimes(times);
        CompletableFuture<Void> over = new CompletableFuture<>();
        long start = System.nanoTime();
        context.runOnContext(go -> {
            for (int i = 0; i < Math.min(flight, times); i++) {
                next(context, found, over);
            }
        });
        over.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        return found.took(System.nanoTime() - start);
    }

    private void next(Context context, CallTimes found, CompletableFuture<Void> over) {
        if (!found.begin()) {
            return;
        }
        JsonObject body = new JsonObject().put("operation", "echo").put("params", params);
        long start = System.nanoTime();
        node.vertx().eventBus().<JsonObject>request(address, body).onComplete(reply -> {
            if (reply.failed()) {
                over.completeExceptionally(reply.cause());
            } else if (!params.equals(reply.result().body().getValue("result"))) {
                over.completeExceptionally(new IllegalStateException("The answer is not what was sent."));
            } else if (found.end(System.nanoTime() - start)) {
                over.complete(null);
            } else {
                next(context, found, over);
            }
        });
    }
}

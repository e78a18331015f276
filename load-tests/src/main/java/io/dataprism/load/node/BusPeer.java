package io.dataprism.load.node;

import io.dataprism.load.child.Answers;
import io.dataprism.load.measure.CallTimes;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One of two members that have nothing but a bare clustered event bus: what a call between nodes costs at least. Arguments: the port
 * that the grid listens on, the port of the first member. Questions: {@code call} with the other's port, {@code times} and {@code
 * bytes}.
 */
public final class BusPeer {

    private static final String ADDRESS = "bench.echo.";
    private static final long LIMIT_SECONDS = 120;
    private static final long SEND_LIMIT_MILLIS = 5_000;

    private BusPeer() {}

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = ClusterNode.join(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        vertx.eventBus()
                .<JsonObject>consumer(ADDRESS + arguments[0], question -> question.reply(question.body()))
                .completion()
                .toCompletionStage()
                .toCompletableFuture()
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        Answers.serve(
                Map.of(),
                question -> call(
                                vertx,
                                ADDRESS + question.get("call"),
                                Integer.parseInt(question.getOrDefault("times", "1")),
                                Integer.parseInt(question.getOrDefault("bytes", "1024")))
                        .toAnswer());
        System.exit(0);
    }

    /** One after the other. */
    private static CallTimes call(Vertx vertx, String address, int times, int bytes) throws Exception {
        CallTimes found = new CallTimes(times);
        CompletableFuture<Void> over = new CompletableFuture<>();
        JsonObject body = new JsonObject(CallTimes.payload(bytes));
        long start = System.nanoTime();
        vertx.runOnContext(go -> next(vertx, address, body, found, over));
        over.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        return found.took(System.nanoTime() - start);
    }

    private static void next(
            Vertx vertx, String address, JsonObject body, CallTimes found, CompletableFuture<Void> over) {
        if (!found.begin()) {
            return;
        }
        long start = System.nanoTime();
        vertx.eventBus()
                .<JsonObject>request(address, body, new DeliveryOptions().setSendTimeout(SEND_LIMIT_MILLIS))
                .onComplete(reply -> {
                    if (reply.failed()) {
                        over.completeExceptionally(reply.cause());
                    } else if (found.end(System.nanoTime() - start)) {
                        over.complete(null);
                    } else {
                        next(vertx, address, body, found, over);
                    }
                });
    }
}

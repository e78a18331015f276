package io.dataprism.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Supplier;

/**
 * Begins to consume at an address that other nodes are to hear of. While nodes come and go it may not be known whether they have: then it is
 * said again, some times.
 */
public final class Registration {

    private static final int ATTEMPTS = 10;
    private static final long PAUSE_MILLIS = 200;

    private Registration() {}

    /**
     * Done when others know; failed with the last failure.
     *
     * @param consumer makes one, with its handler, each time that it is asked
     */
    public static Future<Void> of(Vertx vertx, Supplier<MessageConsumer<?>> consumer) {
        return attempt(vertx, consumer, ATTEMPTS);
    }

    private static Future<Void> attempt(Vertx vertx, Supplier<MessageConsumer<?>> consumer, int left) {
        MessageConsumer<?> made = consumer.get();
        return made.completion()
                .recover(failure -> left <= 1
                        ? Future.failedFuture(failure)
                        : made.unregister()
                                .otherwiseEmpty()
                                .compose(gone -> vertx.timer(PAUSE_MILLIS))
                                .compose(waited -> attempt(vertx, consumer, left - 1)));
    }
}

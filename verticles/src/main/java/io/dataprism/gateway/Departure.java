package io.dataprism.gateway;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client that leaves while nothing of its answer is at hand yet: what it asked for is cancelled. */
final class Departure {

    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

    private Departure() {}

    /** Watches the connection until {@code work} is done. Call on the request's context. */
    static <T> Future<T> watch(RoutingContext context, Future<T> work, Supplier<Future<Void>> cancel) {
        context.addEndHandler(gone -> {
            if (!work.isComplete()) {
                cancel.get().onFailure(failure -> LOG.debug("There was nothing left to cancel", failure));
            }
        });
        return work;
    }
}

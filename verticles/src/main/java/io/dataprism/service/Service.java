package io.dataprism.service;

import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;

/** One service: what answers at which addresses. Called on the verticle's event loop. */
interface Service {

    /** Addresses and what answers there: a {@code JsonObject}; null counts as an empty one. */
    Map<String, Function<ServiceRequest, Future<?>>> addresses();

    /** Releases what it holds. */
    default Future<?> close() {
        return Future.succeededFuture();
    }
}

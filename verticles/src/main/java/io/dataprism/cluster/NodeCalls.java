package io.dataprism.cluster;

import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * How nodes ask each other. Messages of up to 1 MiB; who has more to say says it in pages. Any thread; answers come on the caller's context,
 * where it has one.
 */
public interface NodeCalls {

    /** Answers calls of a method. */
    @FunctionalInterface
    interface Method {

        /**
         * @param caller for whom the asking node asks; the node itself where for nobody else
         * @param body as sent; not to be changed
         * @return the answer, an empty object at least; failures reach the caller as they are
         */
        Future<JsonObject> answer(Caller caller, JsonObject body);
    }

    /** Answers calls of that name on this node from now on, each on an event loop; calls for a method that nobody serves are {@code NOT_FOUND}. */
    void serve(String method, Method how);

    /**
     * Asks a node, which may be this one.
     *
     * @param caller for whom
     * @return its answer; {@code NODE_LOST} (503, retryable) where it is no member, or leaves before it has answered, which is known when its
     *     membership ends and not only after the timeout; {@code OVERLOADED} after the timeout
     */
    Future<JsonObject> call(String nodeId, String method, Caller caller, JsonObject body, Duration timeout);
}

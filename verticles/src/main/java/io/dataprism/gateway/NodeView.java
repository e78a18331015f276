package io.dataprism.gateway;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** What the gateway tells of its node. Nothing blocks but {@link #metrics()}. */
public interface NodeView {

    /** {@code {runtime, level, ...}}: what this machine can confine. */
    JsonObject isolation();

    /** The limits of the node's parts behind the gateway, as {@code GET /v1/status} shows them. */
    default JsonObject limits() {
        return new JsonObject();
    }

    /** {@code {members, placement}}. */
    Future<JsonObject> cluster();

    /** The metrics in Prometheus text form. Called on a worker thread. */
    String metrics();

    /** Whether this node is ready to serve. */
    boolean ready();
}

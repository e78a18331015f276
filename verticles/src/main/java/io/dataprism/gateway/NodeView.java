package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
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

    /** {@code {members, placement, majority}}. */
    Future<JsonObject> cluster();

    /** {@code {members, majority, state}}: the cluster as {@code GET /v1/status} shows it; empty where that is not known. */
    default JsonObject clusterState() {
        return new JsonObject();
    }

    /** Lets a node of the cluster hand over and leave, for that caller: {@code {node, state}}; {@code NOT_FOUND}, {@code STATE_CONFLICT}. */
    default Future<JsonObject> drain(Caller caller, String nodeId) {
        return Future.failedFuture(noNode(nodeId));
    }

    /**
     * Takes a node that will not come back off the list of data members, for that caller; {@code NOT_FOUND}, {@code STATE_CONFLICT} where it
     * is seen, {@code NO_MAJORITY}.
     */
    default Future<Void> forget(Caller caller, String nodeId) {
        return Future.failedFuture(noNode(nodeId));
    }

    private static DataPrismException noNode(String nodeId) {
        return new DataPrismException(
                ErrorCode.NOT_FOUND, "There is no node " + nodeId + ".", "Look at GET /v1/cluster.");
    }

    /** The metrics in Prometheus text form. Called on a worker thread. */
    String metrics();

    /** Whether this node is ready to serve: by its own state alone, and not by that of others. */
    boolean ready();

    /** Whether this node is about to leave, so that who is connected had better go elsewhere. */
    default boolean leaving() {
        return false;
    }
}

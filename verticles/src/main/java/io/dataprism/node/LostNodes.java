package io.dataprism.node;

import io.dataprism.audit.AuditService;
import io.dataprism.cluster.member.JoinedCluster;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Takes nodes that will not come back off the list of data members, most of which the others must see. Any thread; a worker waits for the
 * list.
 *
 * @param joined null: this node is alone
 */
record LostNodes(Vertx vertx, @Nullable JoinedCluster joined, AuditService audit) {

    /** {@code NOT_FOUND} where it is not on the list, {@code STATE_CONFLICT} where it is seen, {@code NO_MAJORITY} */
    Future<Void> forget(Caller caller, String nodeId) {
        JoinedCluster cluster = joined;
        if (cluster == null) {
            return Future.failedFuture(new DataPrismException(
                    ErrorCode.NOT_FOUND,
                    "There is no node " + nodeId + " to be forgotten: this one is alone.",
                    "Ask a node of a cluster."));
        }
        return vertx.<Void>executeBlocking(
                        () -> {
                            cluster.forget(nodeId);
                            return null;
                        },
                        false)
                .onComplete(done -> audit.record(
                        "node.forgotten", caller, nodeId, done.succeeded() ? "ok" : "failed", new JsonObject()));
    }
}

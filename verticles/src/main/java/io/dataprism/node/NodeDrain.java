package io.dataprism.node;

import io.dataprism.audit.AuditService;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeCalls;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** Lets a node hand over what it has and leave, whichever node is asked. Any thread; nothing blocks. */
final class NodeDrain {

    private static final String METHOD = "node.drain";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Members members;
    private final NodeCalls calls;
    private final AuditService audit;
    private final Runnable begin;

    /**
     * Answers for this node from now on.
     *
     * @param begin lets this node begin to leave, and is back at once; again while it leaves: nothing; {@link DataPrismException} where it
     *     cannot
     */
    NodeDrain(Members members, NodeCalls calls, AuditService audit, Runnable begin) {
        this.members = members;
        this.calls = calls;
        this.audit = audit;
        this.begin = begin;
        calls.serve(METHOD, this::here);
    }

    /** For one that is alone: nobody could take over what it has. */
    static Runnable ofAlone(String nodeId) {
        return () -> {
            throw new DataPrismException(
                    ErrorCode.STATE_CONFLICT,
                    "Node " + nodeId + " is alone: no node could take over what it has.",
                    "Stop it with SIGTERM: it finishes what runs.");
        };
    }

    /** {@code {node, state}}; {@code NOT_FOUND} where there is no such node. */
    Future<JsonObject> of(Caller caller, String nodeId) {
        return members.find(nodeId).isPresent()
                ? calls.call(nodeId, METHOD, caller, new JsonObject(), TIMEOUT)
                : Future.failedFuture(new DataPrismException(
                        ErrorCode.NOT_FOUND,
                        "There is no node " + nodeId + " in the cluster.",
                        "Look at the members in GET /v1/cluster."));
    }

    private Future<JsonObject> here(Caller caller, JsonObject body) {
        String self = members.self().id();
        try {
            begin.run();
        } catch (RuntimeException refused) {
            audit.record("node.drained", caller, self, "failed", new JsonObject());
            throw refused;
        }
        audit.record("node.drained", caller, self, "ok", new JsonObject());
        return Future.succeededFuture(new JsonObject().put("node", self).put("state", "draining"));
    }
}

package io.dataprism.audit;

import io.dataprism.cluster.NodeCalls;
import io.dataprism.core.audit.AuditHead;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Answers what other nodes ask of this one's audit log, and of what it has kept of theirs. Who asks has checked for whom. */
final class AuditCalls {

    static final String READ = "audit.read";
    static final String HEADS = "audit.heads";
    static final String VERIFY = "audit.verify";

    private final String nodeId;
    private final AuditVerticle audit;
    private final AuditHeadExchange heads;

    AuditCalls(String nodeId, AuditVerticle audit, AuditHeadExchange heads) {
        this.nodeId = nodeId;
        this.audit = audit;
        this.heads = heads;
    }

    void serve(NodeCalls calls) {
        calls.serve(READ, this::read);
        calls.serve(HEADS, this::heads);
        calls.serve(VERIFY, this::verify);
    }

    private Future<JsonObject> read(Caller caller, JsonObject body) {
        return audit.page(
                        AuditMessages.toFilter(body),
                        AuditMessages.toStart(body),
                        body.getInteger("most"),
                        body.getInteger("bytes"))
                .map(AuditMessages::ofPage);
    }

    private Future<JsonObject> heads(Caller caller, JsonObject body) {
        JsonObject found = new JsonObject();
        body.getJsonArray("nodes").stream()
                .map(String::valueOf)
                .forEach(node -> found.put(node, AuditMessages.ofHeads(heads.of(node))));
        return Future.succeededFuture(found);
    }

    private Future<JsonObject> verify(Caller caller, JsonObject body) {
        List<AuditHead> told = AuditMessages.toHeads(nodeId, body.getJsonArray("heads"));
        return audit.verify(told).map(verdict -> AuditMessages.ofVerdict(nodeId, verdict));
    }
}

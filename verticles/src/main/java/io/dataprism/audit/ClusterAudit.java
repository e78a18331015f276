package io.dataprism.audit;

import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeCalls;
import io.dataprism.core.audit.AuditCursor;
import io.dataprism.core.audit.AuditFilter;
import io.dataprism.core.audit.AuditHead;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The audit logs of all nodes, from any of them. Each node reads its own, in pages; here they are merged. Any thread; what it answers
 * comes on the caller's context; nothing blocks. Whoever calls has checked the user's role.
 */
public final class ClusterAudit {

    private static final int AT_ONCE = 8;
    private static final int HEADS_AT_ONCE = 64;
    private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration HEADS_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration VERIFY_TIMEOUT = Duration.ofMinutes(2);

    private final Members members;
    private final NodeCalls calls;
    private final AuditHeadExchange heads;
    private final AtomicInteger reading = new AtomicInteger();

    /**
     * Answers for this node from now on, too.
     *
     * @param audit of this node, deployed before anything is asked
     * @param heads of this node, deployed too
     */
    public ClusterAudit(Members members, NodeCalls calls, AuditVerticle audit, AuditHeadExchange heads) {
        this.members = members;
        this.calls = calls;
        this.heads = heads;
        new AuditCalls(members.self().id(), audit, heads).serve(calls);
    }

    /**
     * Lines of all nodes.
     *
     * @param ndjson one on each line, with its {@code cursor}
     * @param missing the nodes whose lines are not all there, since they could not be reached
     */
    public record Lines(Buffer ndjson, List<String> missing) {}

    /**
     * Lines, the oldest first.
     *
     * @param after the cursor of the last one that is not wanted; not to be used any more
     * @param limit the most lines; there are fewer where they are more than 4 MiB, and where there are no more
     */
    public Future<Lines> read(Caller caller, AuditFilter filter, AuditCursor after, int limit) {
        if (reading.incrementAndGet() > AT_ONCE) {
            reading.decrementAndGet();
            return Future.failedFuture(new DataPrismException(
                    ErrorCode.OVERLOADED,
                    "The audit log is being read " + AT_ONCE + " times already.",
                    "Try again when one has ended."));
        }
        AuditMerge merge = new AuditMerge(
                heads.knownNodes(),
                (node, from, most, bytes) -> calls.call(
                                node,
                                AuditCalls.READ,
                                caller,
                                AuditMessages.ofRead(filter, from, most, bytes),
                                PAGE_TIMEOUT)
                        .map(AuditMessages::toPage),
                after,
                limit);
        return merge.run()
                .map(lines -> new Lines(lines, merge.missing()))
                .onComplete(done -> reading.decrementAndGet());
    }

    /** {@code {node, lines, ok, firstBad?, reason?}} of each node: each checks its own log, and whether it has what it told others. */
    public Future<JsonArray> verify(Caller caller) {
        List<String> nodes = heads.knownNodes();
        return told(caller, nodes).compose(told -> {
            List<Future<JsonObject>> verdicts = nodes.stream()
                    .map(node -> verify(caller, node, told.getOrDefault(node, Set.of())))
                    .toList();
            return Future.join(verdicts)
                    .map(all ->
                            new JsonArray(verdicts.stream().map(Future::result).toList()));
        });
    }

    private Future<JsonObject> verify(Caller caller, String node, Set<AuditHead> told) {
        if (members.find(node).isEmpty()) {
            return Future.succeededFuture(
                    AuditMessages.notReached(node, BusNodeCalls.gone(node).detail()));
        }
        JsonObject body = new JsonObject().put("heads", AuditMessages.ofHeads(List.copyOf(told)));
        return calls.call(node, AuditCalls.VERIFY, caller, body, VERIFY_TIMEOUT)
                .otherwise(failure -> AuditMessages.notReached(node, detail(failure)));
    }

    private static String detail(Throwable failure) {
        return failure instanceof DataPrismException known ? known.detail() : "It could not be asked.";
    }

    /** What all nodes have kept of each. Whom nobody can ask is as if it had kept nothing. */
    private Future<Map<String, Set<AuditHead>>> told(Caller caller, List<String> nodes) {
        List<Future<JsonObject>> answers = new ArrayList<>();
        for (int from = 0; from < nodes.size(); from += HEADS_AT_ONCE) {
            JsonObject body = new JsonObject()
                    .put("nodes", new JsonArray(nodes.subList(from, Math.min(nodes.size(), from + HEADS_AT_ONCE))));
            members.all()
                    .forEach(
                            member -> answers.add(calls.call(member.id(), AuditCalls.HEADS, caller, body, HEADS_TIMEOUT)
                                    .otherwise(new JsonObject())));
        }
        return Future.join(answers).map(all -> {
            Map<String, Set<AuditHead>> told = new HashMap<>();
            answers.forEach(answer -> add(told, answer.result()));
            return told;
        });
    }

    private static void add(Map<String, Set<AuditHead>> told, JsonObject answer) {
        Function<String, Set<AuditHead>> none = node -> new LinkedHashSet<>();
        answer.fieldNames()
                .forEach(node -> told.computeIfAbsent(node, none)
                        .addAll(AuditMessages.toHeads(node, answer.getJsonArray(node))));
    }
}

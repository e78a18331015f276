package io.dataprism.cluster.blob;

import io.dataprism.bus.Replies;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeCalls;
import io.dataprism.core.cluster.BlobReplicator;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks data members in turn to fetch a file of this node's, until one has it. Blocks; on any thread but event loops.
 */
public final class PeerBlobReplicator implements BlobReplicator {

    private static final Logger LOG = LoggerFactory.getLogger(PeerBlobReplicator.class);

    private final VertxInternal vertx;
    private final Members members;
    private final NodeCalls calls;
    private final BiPredicate<String, Member> keeps;
    private final BlobLimits limits;

    /** @param keeps whether a member keeps files of a kind */
    public PeerBlobReplicator(
            Vertx vertx, Members members, NodeCalls calls, BiPredicate<String, Member> keeps, BlobLimits limits) {
        this.vertx = (VertxInternal) vertx;
        this.members = members;
        this.calls = calls;
        this.keeps = keeps;
        this.limits = limits;
    }

    @Override
    public void replicate(String kind, String digest) {
        Set<String> asked = new HashSet<>();
        List<String> said = new ArrayList<>();
        List<Member> left = others(kind, asked);
        while (!left.isEmpty()) {
            Member next = left.getFirst();
            asked.add(next.id());
            String problem = take(next, kind, digest);
            if (problem.isEmpty()) {
                return;
            }
            said.add(next.id() + " " + problem);
            LOG.info("Node {} could not take a copy of the file {} of kind {}: {}", next.id(), digest, kind, problem);
            left = others(kind, asked);
        }
        if (!others(kind, Set.of()).isEmpty()) {
            throw BlobProblems.notCopied(kind, digest, said);
        }
    }

    /** In any order, so that all get a share; those that are about to leave come last. */
    private List<Member> others(String kind, Set<String> asked) {
        List<Member> others = new ArrayList<>();
        String self = members.self().id();
        for (Member member : members.all()) {
            boolean asks = !member.id().equals(self) && !asked.contains(member.id());
            if (asks && member.data() && member.peer() != null && keeps.test(kind, member)) {
                others.add(member);
            }
        }
        Collections.shuffle(others);
        others.sort(Comparator.comparing(Member::draining));
        return others;
    }

    /** Empty where it has it now, else why not. */
    private String take(Member member, String kind, String digest) {
        long endNanos = System.nanoTime() + limits.total().toNanos();
        try {
            do {
                if (ask(member, kind, digest)) {
                    return "";
                }
            } while (System.nanoTime() - endNanos < 0);
            return "has not come to have it in time";
        } catch (ExecutionException e) {
            return "said: "
                    + Replies.toProblem(Objects.requireNonNullElse(e.getCause(), e))
                            .detail();
        } catch (TimeoutException e) {
            return "has not answered";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "was not waited for";
        }
    }

    /** Whether it has it by now. A node that says nothing at all is as silent as a connection may be, beyond the time for a word. */
    private boolean ask(Member member, String kind, String digest)
            throws ExecutionException, TimeoutException, InterruptedException {
        String self = members.self().id();
        JsonObject body =
                new JsonObject().put("kind", kind).put("digest", digest).put("from", self);
        Duration patience = BlobTakes.WORD.plus(limits.stall());
        CompletableFuture<JsonObject> word = new CompletableFuture<>();
        vertx.createEventLoopContext()
                .runOnContext(go -> calls.call(
                                member.id(), BlobTakes.METHOD, Caller.of(new Principal.Node(self)), body, patience)
                        .onComplete(word::complete, word::completeExceptionally));
        return word.get(patience.toMillis() + limits.stall().toMillis(), TimeUnit.MILLISECONDS)
                .getBoolean(BlobTakes.HERE, false);
    }
}

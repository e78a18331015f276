package io.dataprism.host;

import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Replies that this node waits for from others: they fail when a node's membership ends, which the bus would not notice. Any thread. */
final class PendingReplies {

    private final Members members;
    private final Map<String, Set<Pending>> ofNode = new ConcurrentHashMap<>();

    private record Pending(String incarnation, Promise<?> reply) {}

    PendingReplies(Members members) {
        this.members = members;
        members.onChange(this::failThoseOfGone);
    }

    /** From now on until it is complete. */
    void add(String node, Promise<?> reply) {
        String incarnation = members.find(node).map(Member::incarnation).orElse("");
        Pending pending = new Pending(incarnation, reply);
        Set<Pending> all = ofNode.compute(node, (id, before) -> {
            Set<Pending> those = before == null ? ConcurrentHashMap.newKeySet() : before;
            those.add(pending); // here, so that a set that is empty and let go of gets no more
            return those;
        });
        reply.future().onComplete(done -> all.remove(pending));
        if (isGone(node, pending)) {
            reply.tryFail(BusNodeCalls.gone(node));
        }
    }

    /** How many a node has not answered yet. */
    int count(String node) {
        Set<Pending> all = ofNode.get(node);
        return all == null ? 0 : all.size();
    }

    private void failThoseOfGone() {
        ofNode.forEach((node, all) -> all.forEach(pending -> {
            if (isGone(node, pending)) {
                pending.reply().tryFail(BusNodeCalls.gone(node));
            }
        }));
        ofNode.keySet()
                .forEach(node -> ofNode.computeIfPresent(
                        node, (id, all) -> all.isEmpty() && members.find(id).isEmpty() ? null : all));
    }

    private boolean isGone(String node, Pending pending) {
        return members.find(node)
                .filter(member -> member.incarnation().equals(pending.incarnation()))
                .isEmpty();
    }
}

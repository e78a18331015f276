package io.dataprism.cluster.member;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import java.util.Set;

/**
 * Whom a node saw when it asked something of Hazelcast, for whether the answer counts. What waits for copies while a member leaves may end
 * without any: a node that is cut off loses its peers one after the other, and believes in a majority until the last of those that make it
 * one is gone. So what was kept counts only where nobody has left between the question and the answer.
 *
 * <p>What this does not see: a cut, or a frozen node that wakes up, in which the members that keep the copies were gone before the question,
 * and of the others enough for a majority are gone only after the answer. Where that was measured, 0.2 s lay between the two.
 *
 * <p>Any thread; nothing blocks.
 *
 * @param members nobody where Hazelcast has ended
 */
public record SeenMembers(HazelcastInstance hazelcast, Set<Member> members) {

    /** Those of this moment. */
    public static SeenMembers now(HazelcastInstance hazelcast) {
        return new SeenMembers(hazelcast, of(hazelcast));
    }

    private static Set<Member> of(HazelcastInstance hazelcast) {
        try {
            return hazelcast.getCluster().getMembers();
        } catch (HazelcastInstanceNotActiveException ended) {
            return Set.of();
        }
    }

    /** Whether all of them are members still. */
    public boolean haveStayed() {
        return !members.isEmpty() && of(hazelcast).containsAll(members);
    }
}

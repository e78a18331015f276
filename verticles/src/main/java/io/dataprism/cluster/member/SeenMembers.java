package io.dataprism.cluster.member;

import com.hazelcast.cluster.Member;
import java.util.Set;

/**
 * Whom a node saw when it asked something of Hazelcast, for whether the answer counts. What waits for copies while a member leaves may end
 * without any. So what was kept counts only where nobody has left between the question and the answer, nor was lost shortly before either of
 * them ({@link MemberWatch}).
 *
 * <p>What this does not see: a member that has said that it leaves and is lost in the very cut in which this node is cut off.
 *
 * <p>Any thread; nothing blocks.
 *
 * @param members nobody where Hazelcast has ended
 * @param settled whether nobody had been lost shortly before
 */
public record SeenMembers(MemberWatch watch, Set<Member> members, boolean settled) {

    /** Whether all of them are members still, and nobody was lost a short time ago. */
    public boolean haveStayed() {
        return settled
                && !members.isEmpty()
                && watch.doubt().isZero()
                && watch.members().containsAll(members);
    }
}

package io.dataprism.cluster.member;

import com.hazelcast.cluster.Member;
import java.util.Set;

/**
 * Whom a node saw when it asked something of Hazelcast, for whether the answer counts. What waits for copies while a member leaves may end
 * without any. So what was kept counts only where nobody has left between the question and the answer, nor was lost shortly before either of
 * them ({@link MemberWatch}).
 *
 * <p>What this does not see: a member that has said that it leaves and is lost in the very cut in which this node is cut off; a node that
 * is killed, whose connections break at once, while others are cut off, whose silence is noticed seconds later; and what the owner of a ring
 * or a partition does that is cut off together with who asks, has lost a member, and answers before the asker has heard of the loss.
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

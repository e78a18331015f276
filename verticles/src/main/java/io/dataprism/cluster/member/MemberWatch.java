package io.dataprism.cluster.member;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * When members were lost, for who asks Hazelcast to keep something. A node that is cut off, or wakes up after it was frozen, loses its peers one
 * after the other, and believes in a majority until the last of those that make it one is gone. What it keeps in between is in nobody else's
 * memory, and is gone when it joins the others again. So for a while after a loss nothing is known to be kept: see {@link #doubt}. So it is
 * for a node that has just joined the others again, which is another member then, and where Hazelcast has ended.
 *
 * <p>Looks whenever it is asked, and when it is told to ({@link #look}). Any thread; nothing blocks.
 */
public final class MemberWatch {

    private final HazelcastInstance hazelcast;
    private final Predicate<UUID> leavesInOrder;
    private final Duration doubtAfterLoss;

    // guarded by this
    private Set<Member> last;
    private boolean doubtful;
    private long lostAtNanos;

    /**
     * @param leavesInOrder asked of one that is gone, whether it had said before that it would leave: it has given away what it had
     * @param doubtAfterLoss at least as long as there may lie between two losses of one cut: each member is heard of once in a heartbeat, and whether it
     *     was is looked at once in a heartbeat
     */
    public MemberWatch(HazelcastInstance hazelcast, Predicate<UUID> leavesInOrder, Duration doubtAfterLoss) {
        this.hazelcast = hazelcast;
        this.leavesInOrder = leavesInOrder;
        this.doubtAfterLoss = doubtAfterLoss;
        this.last = of(hazelcast);
    }

    public HazelcastInstance hazelcast() {
        return hazelcast;
    }

    /** How long nothing counts after a loss. */
    public Duration doubtAfterLoss() {
        return doubtAfterLoss;
    }

    /** Those of this moment. */
    public SeenMembers now() {
        boolean settled = doubt().isZero();
        return new SeenMembers(this, members(), settled);
    }

    /** Nobody, where Hazelcast has ended. */
    Set<Member> members() {
        return of(hazelcast);
    }

    private static Set<Member> of(HazelcastInstance hazelcast) {
        try {
            return hazelcast.getCluster().getMembers();
        } catch (HazelcastInstanceNotActiveException ended) {
            return Set.of();
        }
    }

    /** How long yet nothing that is kept counts, unless somebody else is lost; zero: since the last loss enough time has passed. */
    public synchronized Duration doubt() {
        look();
        if (doubtful) {
            long left = doubtAfterLoss.toNanos() - (System.nanoTime() - lostAtNanos);
            if (left > 0) {
                return Duration.ofNanos(left);
            }
            doubtful = false;
        }
        return Duration.ZERO;
    }

    /** A member may have come or gone. */
    synchronized void look() {
        Set<Member> there = members();
        // lite members keep nothing, and make no majority; where Hazelcast has ended there is nobody to ask
        boolean lost = there.isEmpty()
                || last.stream()
                        .filter(member -> !member.isLiteMember() && !there.contains(member))
                        .anyMatch(member -> !leavesInOrder.test(member.getUuid()));
        last = there;
        if (lost) {
            doubtful = true;
            lostAtNanos = System.nanoTime();
        }
    }
}

package io.dataprism.cluster.shared;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.dataprism.core.cluster.SharedMap.Value;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes have brought what they have on disk. When a cluster comes together, one node's disk may have a later revision than all others:
 * a change that was made before it is there would be made on top of an older one, and be lost when it comes. So changes wait, once
 * after each time that a majority came together, until all members have brought theirs; {@value #WAIT_SECONDS} s at most, for one that
 * hangs must not stop all. Any thread.
 */
final class Offers {

    static final String NAME = "dataprism.shared.offers";

    private static final int WAIT_SECONDS = 3;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Value MARK = new Value(1, new byte[0], false);

    private final HazelcastInstance hazelcast;
    private final IMap<String, byte[]> marks;
    private final Seals seals;
    private final BooleanSupplier majority;
    private volatile boolean complete;
    private volatile @Nullable UUID marked;

    Offers(HazelcastInstance hazelcast, Seals seals, BooleanSupplier majority) {
        this.hazelcast = hazelcast;
        this.marks = hazelcast.getMap(NAME);
        this.seals = seals;
        this.majority = majority;
    }

    /** Whether there is a majority, as of now; without one, the next one that comes together has to complete itself again. */
    boolean observe() {
        boolean there = majority.getAsBoolean();
        if (!there) {
            reset();
        }
        return there;
    }

    /** Halves of a cluster have come together. */
    void reset() {
        complete = false;
        marked = null;
    }

    /** This node has looked at everything, and brought what it has. */
    void mark() {
        UUID own = hazelcast.getCluster().getLocalMember().getUuid();
        if (own.equals(marked) || !observe()) {
            return;
        }
        Set<String> members = members();
        marks.keySet().stream().filter(key -> !members.contains(key)).forEach(marks::delete);
        marks.set(own.toString(), seals.seal(NAME, own.toString(), MARK));
        marked = own;
    }

    /** Waits until all members have marked, where that is not known yet. */
    void await() {
        if (!observe() || complete) {
            return;
        }
        long began = System.nanoTime();
        while (!allMarked() && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(WAIT_SECONDS)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        complete = true;
    }

    private boolean allMarked() {
        return members().stream().allMatch(member -> {
            byte[] mark = marks.get(member);
            return mark != null && seals.open(NAME, member, mark).isPresent();
        });
    }

    private Set<String> members() {
        return hazelcast.getCluster().getMembers().stream()
                .map(Member::getUuid)
                .map(UUID::toString)
                .collect(Collectors.toSet());
    }
}

package io.dataprism.cluster.event;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.ringbuffer.OverflowPolicy;
import com.hazelcast.ringbuffer.Ringbuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Finds out that a shard's ring has its backups. The node that owns a ring could read what was added before it has left the node: were it
 * shown, and the node died, its readers would hold cursors to what no other node has. So the owner adds something to another ring on the
 * same nodes, which is there when all that came before is.
 */
final class CommitMark {

    private static final byte[] MARK = {1};

    private final HazelcastInstance hazelcast;
    private final String ringName;
    private final Ringbuffer<byte[]> marks;

    CommitMark(HazelcastInstance hazelcast, int shard) {
        this.hazelcast = hazelcast;
        this.ringName = RingSettings.ring(shard);
        this.marks = hazelcast.getRingbuffer(RingSettings.marks(shard));
    }

    /** Whether this node owns the ring, or does not know who does: so it is while Hazelcast ends. */
    boolean isNeeded() {
        try {
            Member owner =
                    hazelcast.getPartitionService().getPartition(ringName).getOwner();
            return owner == null || owner.localMember();
        } catch (HazelcastInstanceNotActiveException gone) {
            return true; // so that nothing is shown any more
        }
    }

    /** Done, when what the ring has now has its backups. */
    CompletableFuture<Long> set() {
        try {
            return marks.addAsync(MARK, OverflowPolicy.OVERWRITE).toCompletableFuture();
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }
}

package io.dataprism.cluster.event;

import com.hazelcast.core.HazelcastInstance;
import io.dataprism.cluster.member.MemberWatch;
import io.dataprism.core.cluster.ClusterKey;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * What all shards of this node have in common.
 *
 * @param writer who adds: this process, as nobody else and no other life of it
 * @param merges how often this node began or ended to join the others after a cut: what was asked of a ring before says nothing of the ring
 *     after
 * @param hasMajority whether this node may add, and show what was added, as the membership is at that very moment
 */
record RingSite(
        MemberWatch watch,
        ClusterKey key,
        RingSettings settings,
        long writer,
        RingThread thread,
        EventMemory memory,
        RingCounts counts,
        AtomicLong merges,
        BooleanSupplier hasMajority,
        InstantSource clock) {

    HazelcastInstance hazelcast() {
        return watch.hazelcast();
    }
}

package io.dataprism.cluster.shared;

import com.hazelcast.core.HazelcastInstance;
import io.dataprism.cluster.member.MemberWatch;
import java.util.function.BooleanSupplier;

/** What all maps of a node use. */
record SharedContext(
        MemberWatch watch,
        BooleanSupplier majority,
        Refusals refusals,
        SharedCounters counters,
        SharedThread thread,
        Offers offers) {

    HazelcastInstance hazelcast() {
        return watch.hazelcast();
    }
}

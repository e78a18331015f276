package io.dataprism.cluster.shared;

import com.hazelcast.core.HazelcastInstance;
import java.util.function.BooleanSupplier;

/** What all maps of a node use. */
record SharedContext(
        HazelcastInstance hazelcast,
        BooleanSupplier majority,
        Refusals refusals,
        SharedCounters counters,
        SharedThread thread,
        Offers offers) {}

package io.dataprism.cluster.shared;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What happened to what is shared, since the start.
 *
 * @param unverifiable values in Hazelcast that did not open at their place
 * @param taken values that came from other nodes
 * @param offered values that Hazelcast had not, or older, or damaged, and has from this node now
 * @param conflicts changes that lost
 * @param refused changes without a majority
 * @param hintsDropped changes of which Hazelcast told while too many were waiting; the next look found them
 * @param looksFailed looks at everything that Hazelcast did not let come to their end
 */
public record SharedCounters(
        AtomicLong unverifiable,
        AtomicLong taken,
        AtomicLong offered,
        AtomicLong conflicts,
        AtomicLong refused,
        AtomicLong hintsDropped,
        AtomicLong looksFailed) {

    SharedCounters() {
        this(
                new AtomicLong(),
                new AtomicLong(),
                new AtomicLong(),
                new AtomicLong(),
                new AtomicLong(),
                new AtomicLong(),
                new AtomicLong());
    }
}

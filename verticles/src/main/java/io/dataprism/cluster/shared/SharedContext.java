package io.dataprism.cluster.shared;

import java.util.function.BooleanSupplier;

/** What all maps of a node use. */
record SharedContext(
        BooleanSupplier majority, Refusals refusals, SharedCounters counters, SharedThread thread, Offers offers) {}

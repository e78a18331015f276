/**
 * A cluster as operators and clients see it: real nodes, each {@code ./dataprism serve} in a process of its own with a data folder, a
 * cluster file and ports of its own. They are killed, frozen, told to end, cut off, started again, and asked over HTTP. Whatever was
 * started ends with the {@link io.dataprism.load.cluster.Cluster}, with this process, or with the next one that looks.
 */
@NullMarked
package io.dataprism.load.cluster;

import org.jspecify.annotations.NullMarked;

/**
 * {@link io.dataprism.core.cluster.SharedMaps} over Hazelcast: {@link io.dataprism.cluster.shared.HazelcastSharedMaps}.
 *
 * <p>A map is three things that are made equal again and again: Hazelcast's, where changes are made and one of two wins; a copy in the
 * memory of each node, from which it reads; and a copy on each node's disk, {@code <data folder>/shared/<map>/<key in base64>}, from
 * which a cluster that was off altogether comes back. Of two revisions the higher holds, wherever it comes from, deletions included.
 * Hazelcast's listeners are hints; a look at everything every five seconds repairs what they missed.
 *
 * <p>Hazelcast's port asks nobody who he is. So values are sealed under the cluster's key, bound to their map and key, here and on disk.
 * What does not open is ignored, counted and replaced by what this node has; an old value that is put back is overruled by those who
 * have a newer one.
 *
 * <p>Deletions are kept for ever. They cost about 150 bytes and a small file each, and there is one for each name that was once in use: of a
 * plugin, a table, a node. What comes and goes without a name of its own, such as sessions, is kept in {@link
 * io.dataprism.core.cluster.SharedSlots}, which need no deletions. A bound in time would have to trust clocks, and a node that was off
 * for longer would bring back what was deleted.
 *
 * <p>Changes and {@code fresh} block and are for any thread that may. One thread, {@code shared-maps}, looks, writes what comes from others to
 * the disk, and tells listeners. Reading never blocks.
 */
@NullMarked
package io.dataprism.cluster.shared;

import org.jspecify.annotations.NullMarked;

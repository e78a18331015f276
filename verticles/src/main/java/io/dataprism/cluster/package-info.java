/**
 * The nodes of a cluster, for those parts of one that know of others: {@link io.dataprism.cluster.Members} who there is, {@link
 * io.dataprism.cluster.NodeStates} what they say of themselves, {@link io.dataprism.cluster.NodeCalls} how they ask each other for
 * something. A node that is alone is a cluster of one: nothing that uses this package asks whether there is a cluster.
 *
 * <p>Reading never blocks and is good on any thread. Nobody here decides for others: each node looks at the same facts and comes to the
 * same conclusions.
 */
@NullMarked
package io.dataprism.cluster;

import org.jspecify.annotations.NullMarked;

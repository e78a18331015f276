/**
 * One node, put together. {@link io.dataprism.node.Node} starts it and stops it, {@code NodeAssembly} makes the parts in the
 * order that they need one another, {@code DataDirectory} keeps the data folder for this process alone. {@code NodeCluster} is the
 * nodes around it, none or many, and {@code ClusterStorage} what it keeps together with them; only a node that is given a cluster loads
 * either's Hazelcast. {@code NodeDrain} and {@code LostNodes} are how operators let nodes go; the {@code ...Meters} are what of a node is counted.
 *
 * <p>Starting and stopping block, each step within its own bound, and belong to the thread of the command line. What was started
 * is stopped in the reverse order, past failures. A start that fails stops what it had started and throws {@link
 * io.dataprism.node.NodeStartException}, whose message says what to do.
 */
@NullMarked
package io.dataprism.node;

import org.jspecify.annotations.NullMarked;

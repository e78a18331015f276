/**
 * The rows about nodes of a cluster: two real nodes on the loopback, and beside them two members that have nothing but a bare clustered
 * event bus.
 */
@NullMarked
package io.dataprism.load.clusterrow;

import org.jspecify.annotations.NullMarked;

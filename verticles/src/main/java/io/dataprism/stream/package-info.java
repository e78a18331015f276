/**
 * The node's stream endpoint: credits and batches of all streams that start or end on this node.
 */
@NullMarked
package io.dataprism.stream;

import org.jspecify.annotations.NullMarked;

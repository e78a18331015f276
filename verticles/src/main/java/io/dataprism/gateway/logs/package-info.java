/**
 * What plugins have logged, on whichever nodes their instances run or ran: {@link io.dataprism.gateway.logs.ClusterLogs} answers for this
 * node and asks the others, {@link io.dataprism.gateway.logs.LogReading} is one reader's way through all of them. Each node keeps its own
 * lines; nothing is kept for a reader but a page of each node.
 *
 * <p>A reading belongs to the context that began it; nothing blocks. A node that cannot be read is told of by a line.
 */
@NullMarked
package io.dataprism.gateway.logs;

import org.jspecify.annotations.NullMarked;

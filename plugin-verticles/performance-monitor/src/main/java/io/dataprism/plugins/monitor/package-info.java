/**
 * The bundled plugin {@code performance-monitor}: queries, queues and memory of a node over a sliding window.
 *
 * <p>A {@link io.dataprism.plugins.monitor.SlidingWindow} counts the queries that events tell of, a {@link
 * io.dataprism.plugins.monitor.NodeSample} is what the node's own metrics said last, a {@link
 * io.dataprism.plugins.monitor.Watch} compares both with thresholds. Memory is bounded by the window's sixty slices. Threads: events
 * come on the sandbox's threads, samples on the plugin's own timer, operations on theirs; what they share is guarded by the
 * objects that hold it. A sample that fails is told in the report and tried again.
 */
@NullMarked
package io.dataprism.plugins.monitor;

import org.jspecify.annotations.NullMarked;

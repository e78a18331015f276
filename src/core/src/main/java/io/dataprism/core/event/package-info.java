/**
 * Events: {@link io.dataprism.core.event.Topic}s and {@link io.dataprism.core.event.TopicPattern}s, the
 * {@link io.dataprism.core.event.EventLog} and the cursors into it.
 *
 * <p>The log is a ring in memory, bounded by count, bytes and age. Topics fall into shards; within a shard events are
 * numbered by {@code (epoch, offset)}, and one node's log keeps all shards in one order of appending. A cursor is the
 * position over all shards, so it is good for any topics. What a reader missed because the log was trimmed or began anew is
 * told to it as a {@link io.dataprism.core.event.Gap}, never as an error.
 *
 * <p>{@link io.dataprism.core.event.LocalEventLog} is the log of a node that is alone; nodes of a cluster have one together, over which a
 * cursor is a position in each shard ({@code ClusterCursor}), good on any of them.
 *
 * <p>A log in memory ends with the process, and the next has another epoch. A durable one ({@link
 * io.dataprism.core.event.LocalEventLog#open}) keeps its events in {@link io.dataprism.core.event.journal} too: {@code DurableEvents}
 * is the thread that writes them, a group at a time, and shows and acknowledges them when they are on the disk; {@code
 * EventRecovery} fills the ring at the next start, and epoch and cursors go on. Where the disk lost what was acknowledged, which
 * only damage can do, the log goes on in a new epoch from what is left, and cursors into what is lost get a gap. Damage before the
 * end costs what lies before it, with a gap too.
 *
 * <p>Everything may be used on any thread. Nothing blocks but opening, closing and the methods that say so, beside the log's own
 * lock, which is held for the copying of one page of references or the encoding of one event. At most 16,384 events or 64 MiB wait
 * for the disk; more are refused with {@code OVERLOADED}, as is what the disk does not take. Malformed topics, patterns and
 * cursors fail with {@code REQUEST_INVALID}.
 */
@NullMarked
package io.dataprism.core.event;

import org.jspecify.annotations.NullMarked;

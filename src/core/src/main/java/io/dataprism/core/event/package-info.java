/**
 * Events: {@link io.dataprism.core.event.Topic}s and {@link io.dataprism.core.event.TopicPattern}s, the
 * {@link io.dataprism.core.event.EventLog} and the cursors into it.
 *
 * <p>The log is a ring in memory, bounded by count, bytes and age. Topics fall into shards; within a shard events are
 * numbered by {@code (epoch, offset)}, and one node's log keeps all shards in one order of appending. A cursor is the
 * position over all shards, so it is good for any topics. What a reader missed because the log was trimmed or began anew is
 * told to it as a {@link io.dataprism.core.event.Gap}, never as an error.
 *
 * <p>Everything may be used on any thread; nothing blocks but for the log's own lock, which is held for the copying of one
 * page of references at most. Malformed topics, patterns and cursors fail with {@code REQUEST_INVALID}.
 */
@NullMarked
package io.dataprism.core.event;

import org.jspecify.annotations.NullMarked;

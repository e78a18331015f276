/**
 * Streams within an exchange, the same on both sides: {@link io.dataprism.sandbox.stream.StreamSender} and
 * {@link io.dataprism.sandbox.stream.StreamReceiver}. A receiver's demand crosses as credit: a cumulative total, never more
 * than {@link io.dataprism.sandbox.stream.StreamReceiver#WINDOW} beyond what was delivered. A sender beyond its credit, or a
 * receiver beyond its window, breaks the protocol.
 *
 * <p>{@link io.dataprism.sandbox.stream.BatchStreams} is what all streams of batches over a link share; the bodies of large batches lie in a
 * {@link io.dataprism.sandbox.stream.BatchArea} where there is one with room, and go with their frames otherwise.
 * {@link io.dataprism.sandbox.stream.BatchCodec} writes and reads batches. What a child sends is copied first and validated
 * after, by {@link io.dataprism.sandbox.stream.BatchValidator}, before any Arrow vector is made of it.
 * {@link io.dataprism.sandbox.stream.RecordBatches} does the same for batches between nodes, which check bounds alone.
 */
@NullMarked
package io.dataprism.sandbox.stream;

import org.jspecify.annotations.NullMarked;

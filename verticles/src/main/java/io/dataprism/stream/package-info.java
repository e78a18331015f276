/**
 * Streams of batches over the bus. {@link io.dataprism.stream.StreamEndpoint} is what others call; {@link
 * io.dataprism.stream.BusStreamEndpoint} is the verticle that ends all streams of a node, and drives the protocol of {@link
 * io.dataprism.core.stream} with messages and a clock.
 *
 * <p>Guarantees: a sender has never more batches on their way than its credit, at most 4; a node lends 80 among its streams,
 * and each gets at least one. A batch has one owner at any time ({@code BatchParcel}), so that a message that is dropped leaks
 * nothing. Within a node batches pass by reference and do not touch the bus.
 *
 * <p>Between nodes a batch of at most 64 MiB goes in messages of at most 256 KiB, in Arrow IPC's form, its schema with the first one
 * only. It is copied once on each side: from its buffers into the message ({@code OutgoingBatch}), and out of the message into
 * memory that was taken for the whole batch ({@code IncomingBatches}). What arrives is checked so far that nobody can read beyond
 * its buffers. {@code NodeLane} is the way to one node: no more than 1 MiB of pieces is with the bus and not yet written to the
 * connection, streams take turns by the piece, and control messages wait for none of it.
 *
 * <p>Threads: what arrives, and every producer's side, runs on the endpoint's event loop; a consumer's side runs on the context
 * that opened it, and puts its batches together there. Sources may signal on any thread. Nothing blocks.
 *
 * <p>Failures: a gap, a piece that is missing, doubled or lies, a wrong count, or a sender that is silent for the lease of 10 s, once
 * the request was answered or the sender was heard, ends the stream with an error at the consumer; a consumer that is silent as
 * long, or gone, cancels the source. A node that was held up itself judges nobody's silence until it has caught up. A stream
 * that nobody answers and nobody reads gives itself up.
 */
@NullMarked
package io.dataprism.stream;

import org.jspecify.annotations.NullMarked;

/**
 * Streams of batches over the bus. {@link io.dataprism.stream.StreamEndpoint} is what others call; {@link
 * io.dataprism.stream.BusStreamEndpoint} is the verticle that ends all streams of a node, and drives the protocol of {@link
 * io.dataprism.core.stream} with messages and a clock.
 *
 * <p>Guarantees: a sender has never more batches on their way than its credit, at most 4; a node lends 256 among its streams,
 * and each gets at least one. A batch has one owner at any time ({@code BatchParcel}), so that a message that is dropped leaks
 * nothing. Within a node batches pass by reference, between nodes as Arrow IPC.
 *
 * <p>Threads: what arrives, and every producer's side, runs on the endpoint's event loop; a consumer's side runs on the context
 * that opened it. Sources may signal on any thread. Nothing blocks.
 *
 * <p>Failures: a gap, a wrong count, or a sender that was heard and then is silent for the lease of 10 s, ends the stream with
 * an error at the consumer; a consumer that is silent as long, or gone, cancels the source.
 */
@NullMarked
package io.dataprism.stream;

import org.jspecify.annotations.NullMarked;

/**
 * The credit protocol of a stream, as two state machines with no thread, clock or socket in them: whoever drives them passes
 * frames and the time in.
 *
 * <p>{@link io.dataprism.core.stream.StreamSender} numbers what it sends and never sends more than its credit.
 * {@link io.dataprism.core.stream.StreamReceiver} grants credit as a cumulative total, so that a lost or repeated grant does no
 * harm, and takes a gap, a repetition or a wrong count at the end for an error: a hole is never silent. Each side holds a lease
 * that every frame of the other renews; heartbeats repeat the totals, so that what was lost last is noticed too. The receiver's
 * lease begins when the sender is known to have begun, not with its first word, so that one which dies before it is noticed.
 * {@link io.dataprism.core.stream.PieceOrder} holds the pieces of a payload that is too large for one message to the same rule.
 *
 * <pre>
 *   sender                                  receiver
 *      |  Data(0), Data(1) ...                 |     within the credit
 *      |-------------------------------------> |
 *      |                      Credit(total)    |     opening credit + what was delivered
 *      | <-------------------------------------|
 *      |  End(batches, rows) or Failed         |
 *      |-------------------------------------> |
 *      |                      Done or Cancel   |
 *      | <-------------------------------------|
 * </pre>
 *
 * Not safe for several threads: the driver calls from one at a time.
 */
@NullMarked
package io.dataprism.core.stream;

import org.jspecify.annotations.NullMarked;

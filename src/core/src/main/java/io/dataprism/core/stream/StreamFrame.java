package io.dataprism.core.stream;

import io.dataprism.core.error.DataPrismException;

/**
 * What the two sides of a stream say to each other.
 *
 * @param <P> what is carried
 */
public sealed interface StreamFrame<P> {

    /** Said by the sender. */
    sealed interface ToReceiver<P> extends StreamFrame<P> {}

    /** Said by the receiver. */
    sealed interface ToSender<P> extends StreamFrame<P> {}

    /** One unit, numbered from 0. */
    record Data<P>(long sequence, P payload) implements ToReceiver<P> {}

    /** The regular end, with what there was in all. Repeated until it is answered. */
    record End<P>(long batches, long rows) implements ToReceiver<P> {}

    /** The other end. */
    record Failed<P>(DataPrismException problem) implements ToReceiver<P> {}

    /** The sender lives, and has sent this many. */
    record Alive<P>(long sent) implements ToReceiver<P> {}

    /** The receiver lives, and the sender may send this many since the beginning. Lower totals are ignored. */
    record Credit<P>(long total) implements ToSender<P> {}

    /** The receiver wants no more, or knows nothing of the stream. */
    record Cancel<P>() implements ToSender<P> {}

    /** The receiver has all. */
    record Done<P>() implements ToSender<P> {}
}

package io.dataprism.stream;

import io.dataprism.plugin.Batch;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * The end of all streams of batches on this node, at {@code dataprism.node.<id>.streams}: numbered data one way, cumulative
 * credit the other, leases both ways. Within one node batches travel by reference, between nodes in pieces.
 *
 * <p>A consumer calls {@link #open}, sends the descriptor with its request, and asks for the batches once the request is
 * answered. The producer, on whatever node, calls {@link #send} with the descriptor that it received.
 */
public interface StreamEndpoint {

    /** How long an answer may take where the caller does not say: longer than any request's own limit. */
    Duration LONGEST_ANSWER = Duration.ofHours(2);

    /** Opens the consumer's side for a request that is answered within {@link #LONGEST_ANSWER}. */
    default Inbound open() {
        return open(LONGEST_ANSWER);
    }

    /**
     * Opens the consumer's side. Call on the Vert.x context that the batches are to come on.
     *
     * @param answerWithin after so long without {@link Inbound#batches()} and without a word of a sender, the stream gives itself up,
     *     so that a caller which forgets it leaks nothing
     */
    Inbound open(Duration answerWithin);

    /**
     * Looks at a descriptor before there is something to send.
     *
     * @throws io.dataprism.core.error.DataPrismException REQUEST_INVALID where it is none
     */
    static void requireDescriptor(JsonObject descriptor) {
        StreamDescriptor.of(descriptor);
    }

    /**
     * Sends a source to a consumer. Demand on the source never exceeds the consumer's credit; a cancel, a lost consumer or an
     * ended lease cancels it. Batches pass to the stream, which closes them. A second source for the same stream is cancelled at
     * once. Any thread.
     *
     * @throws io.dataprism.core.error.DataPrismException REQUEST_INVALID where the descriptor is none
     */
    void send(JsonObject descriptor, Flux<Batch> source);

    /**
     * Sends batches that are all there are, within the opening credit. To a consumer on this node they go at once, with no
     * conversation about them. Batches pass to the stream, which closes them. Any thread.
     *
     * @throws io.dataprism.core.error.DataPrismException REQUEST_INVALID where the descriptor is none
     */
    void send(JsonObject descriptor, List<Batch> whole);

    /** The consumer's side of one stream. */
    interface Inbound {

        /** What the producer needs to know. */
        JsonObject descriptor();

        /**
         * The batches: one subscriber, who closes them. Call it when the request has been answered: from then on the sender has to be
         * heard at least once in every lease, or the stream fails. Not subscribed to within 10 s of that, or of the sender's first word:
         * cancelled, and a later subscriber is told so. Errors are {@link io.dataprism.core.error.DataPrismException}.
         */
        Flux<Batch> batches();

        /** Gives the stream up before it is subscribed to: the request failed, nobody will send. */
        void abandon();
    }
}

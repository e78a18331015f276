package io.dataprism.stream;

import io.dataprism.plugin.Batch;
import io.vertx.core.json.JsonObject;
import reactor.core.publisher.Flux;

/**
 * The end of all streams of batches on this node, at {@code dataprism.node.<id>.streams}: numbered data one way, cumulative
 * credit the other, leases both ways. A stream within one node takes the same path; its batches travel by reference.
 *
 * <p>A consumer calls {@link #open()}, sends the descriptor with its request, and subscribes to the batches. The producer, on
 * whatever node, calls {@link #send} with the descriptor that it received.
 */
public interface StreamEndpoint {

    /** Opens the consumer's side. Call on the Vert.x context that the batches are to come on. */
    Inbound open();

    /**
     * Sends a source to a consumer. Demand on the source never exceeds the consumer's credit; a cancel, a lost consumer or an
     * ended lease cancels it. Batches pass to the stream, which closes them.
     */
    void send(JsonObject descriptor, Flux<Batch> source);

    /** The consumer's side of one stream. */
    interface Inbound {

        /** What the producer needs to know. */
        JsonObject descriptor();

        /**
         * The batches: one subscriber, who closes them. Not subscribed to within 10 s of the sender's first word: cancelled. Errors are
         * {@link io.dataprism.core.error.DataPrismException}.
         */
        Flux<Batch> batches();

        /** Gives the stream up before it is subscribed to: the request failed, nobody will send. */
        void abandon();
    }
}

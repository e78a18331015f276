package io.dataprism.stream;

import io.dataprism.core.stream.Piece;
import io.dataprism.core.stream.StreamFrame;

/** What goes over the bus between the endpoints of two nodes. */
sealed interface StreamMessage {

    /** The stream's id, as its consumer made it. */
    String stream();

    /** The node that sends this message, for the answer. */
    String from();

    /** A frame of the protocol, other than a batch. */
    record Control(String stream, String from, StreamFrame<BatchParcel> frame) implements StreamMessage {}

    /** A piece of a batch. */
    record Part(String stream, String from, Piece piece, PieceBytes bytes) implements StreamMessage {}
}

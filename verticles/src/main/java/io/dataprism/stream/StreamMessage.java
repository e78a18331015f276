package io.dataprism.stream;

import io.dataprism.core.stream.StreamFrame;

/**
 * A frame of one stream, as it goes over the bus.
 *
 * @param stream the stream's id, as its consumer made it
 * @param from the node that sends this message, for the answer
 */
record StreamMessage(String stream, String from, StreamFrame<BatchParcel> frame) {}

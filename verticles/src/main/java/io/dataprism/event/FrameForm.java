package io.dataprism.event;

import io.dataprism.core.event.StoredEvent;
import io.netty.buffer.ByteBuf;

/**
 * How an event looks on the wire to one kind of subscriber. Subscribers whose forms are equal and who follow the same topics share
 * their frames, so equality must mean the same bytes. Immutable; on event loops.
 */
public interface FrameForm {

    /** Writes the whole frame of an event behind what is there. */
    void append(ByteBuf frames, StoredEvent event);

    /** About how many bytes the frame of an event takes, so that a buffer need not grow. */
    int estimatedBytes(StoredEvent event);
}

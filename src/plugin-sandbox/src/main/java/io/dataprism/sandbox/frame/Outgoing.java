package io.dataprism.sandbox.frame;

import java.io.IOException;

/** Something to be written: a frame, or what becomes one on the writer's thread. */
public interface Outgoing {

    /** Writes one frame, or none. A failure ends the link. */
    void writeTo(FrameSink sink) throws IOException;

    /** The most that a frame may have, in bytes of payload, for whoever sends it to write it at once. */
    int SMALL_BYTES = 8 * 1024;

    /** Whether it is so little that whoever sends it may write it at once. */
    default boolean small() {
        return false;
    }

    /** Releases what it holds, instead of writing it: the link has ended. */
    default void discard() {}
}

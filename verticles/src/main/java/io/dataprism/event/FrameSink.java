package io.dataprism.event;

import io.netty.buffer.ByteBuf;

/**
 * A sink that takes bytes which are made once for all sinks of its form: while it keeps up, it is given whole turns of events and not
 * single ones. It belongs to one event loop, and is called there.
 */
public interface FrameSink extends EventSink {

    /** Never changes. */
    FrameForm form();

    /** How many events it takes now; 0 where {@link #isReady()} is false, {@link Integer#MAX_VALUE} where nothing but room bounds it. */
    int roomForEvents();

    /**
     * The next events, in its form.
     *
     * @param frames shared with others: not to be changed or released, and retained by whoever keeps it
     * @param events how many they are; never more than {@link #roomForEvents()} said
     */
    void onFrames(ByteBuf frames, int events);
}

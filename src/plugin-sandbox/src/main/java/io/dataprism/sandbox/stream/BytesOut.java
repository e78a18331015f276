package io.dataprism.sandbox.stream;

import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import java.util.Arrays;

/**
 * One direction of a connection, as its sender sees it: bytes go out for credit, which counts them from the beginning. Any
 * thread; does not block.
 */
public final class BytesOut {

    /** What a sender may have on the way before the first credit; the receiver's buffer is no larger. */
    public static final int WINDOW_BYTES = 256 * 1024;

    private static final int FRAME_BYTES = 32 * 1024;

    private final Link link;
    private final long id;
    private long allowed = WINDOW_BYTES;
    private long sent;
    private boolean ended;

    /** @param id of the exchange */
    public BytesOut(Link link, long id) {
        this.link = link;
        this.id = id;
    }

    /** Takes note of more credit; a lower total is ignored. */
    public synchronized void credit(long total) {
        allowed = Math.max(allowed, total);
    }

    /** How many bytes may be sent now. */
    public synchronized int room() {
        return ended ? 0 : (int) Math.min(WINDOW_BYTES, allowed - sent);
    }

    /** Sends as much as there is room for and answers how much. */
    public synchronized int send(byte[] bytes, int offset, int length) {
        int taken = Math.min(length, room());
        for (int done = 0; done < taken; done += FRAME_BYTES) {
            int from = offset + done;
            byte[] piece = Arrays.copyOfRange(bytes, from, from + Math.min(FRAME_BYTES, taken - done));
            link.send(new Frame(FrameType.BYTES, id, piece));
        }
        sent += taken;
        return taken;
    }

    /** No more will be sent; the peer is told, once. */
    public synchronized void end() {
        if (!ended) {
            ended = true;
            link.send(Frame.of(FrameType.END, id, sent));
        }
    }

    /** Whether {@link #end} was called. */
    public synchronized boolean ended() {
        return ended;
    }
}

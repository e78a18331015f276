package io.dataprism.sandbox.stream;

import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.frame.ProtocolException;

/**
 * One direction of a connection, as its receiver sees it: counts what comes against the credit given, and gives more as it is
 * used up. Any thread; does not block.
 */
public final class BytesIn {

    private final Link link;
    private final long id;
    private long received;
    private long used;
    private long given = BytesOut.WINDOW_BYTES;
    private boolean ended;

    /** @param id of the exchange */
    public BytesIn(Link link, long id) {
        this.link = link;
        this.id = id;
    }

    /** Bytes came. @throws ProtocolException where the sender had no credit for them, or had ended */
    public synchronized void received(int bytes) {
        received += bytes;
        if (ended || received > given) {
            throw new ProtocolException("The peer sent " + received + " bytes on exchange " + id + ", where " + given
                    + " were allowed" + (ended ? " and it had ended" : "") + ".");
        }
    }

    /** Bytes are out of the buffer: there is room for more. */
    public void used(int bytes) {
        long more;
        synchronized (this) {
            used += bytes;
            if (ended || used + BytesOut.WINDOW_BYTES - given < BytesOut.WINDOW_BYTES / 4) {
                return;
            }
            given = used + BytesOut.WINDOW_BYTES;
            more = given;
        }
        link.send(Frame.of(FrameType.CREDIT, id, more));
    }

    /** The sender has ended. @throws ProtocolException where it counts otherwise than we do */
    public synchronized void ended(long total) {
        if (ended || total != received) {
            throw new ProtocolException(
                    "The peer ended exchange " + id + " after " + total + " bytes; " + received + " came.");
        }
        ended = true;
    }

    /** Whether the sender has ended. */
    public synchronized boolean hasEnded() {
        return ended;
    }
}

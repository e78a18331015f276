package io.dataprism.load.fan;

import io.dataprism.load.fan.Framing.Head;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Finds the messages in a stream of frames, however the stream is cut into reads. Keeps no bytes: what is not yet whole must come again
 * at the front of the next read.
 */
final class FrameReader {

    /** Whom it tells. */
    interface Listener {

        /** One message lies between two places. */
        void onMessage(ByteBuffer in, int from, int to) throws IOException;

        /** A control frame. @param opcode of WebSockets; {@link Framing#CLOSE} for any end */
        void onControl(int opcode) throws IOException;
    }

    private final Framing framing;
    private final Splitting splitting;
    private final Head head;
    private final Listener listener;
    private boolean isLast = true; // this frame is its message's last
    private int remaining; // of the frame, not yet read
    private int held; // bytes of a message that lie before what is read next

    /** @param head to be written over; all readers of one thread may share it, and a splitting of one server */
    FrameReader(Framing framing, Splitting splitting, Head head, Listener listener) {
        this.framing = framing;
        this.splitting = splitting;
        this.head = head;
        this.listener = listener;
    }

    /** Reads on up to the buffer's limit. Answers where what is not yet whole begins. */
    int read(ByteBuffer in, int begin) throws IOException {
        int limit = in.limit();
        int from = begin;
        int at = begin + held;
        while (true) {
            if (remaining == 0) {
                if (!framing.read(in, at, limit, head)) {
                    held = at - from;
                    return from;
                }
                int data = at + head.length;
                if (head.control == 0) {
                    remaining = head.size;
                    isLast = head.isLast;
                } else {
                    listener.onControl(head.control);
                }
                from = joined(in, from, at, data);
                at = data;
            }
            int count = Math.min(remaining, limit - at);
            at += count;
            remaining -= count;
            from = messages(in, from, at);
            if (remaining > 0) {
                held = at - from;
                return from;
            }
        }
    }

    /** Moves what is held of a message up to where it goes on. */
    private static int joined(ByteBuffer in, int from, int to, int data) {
        int begin = data - (to - from);
        for (int at = to - 1; at >= from; at--) {
            in.put(at - from + begin, in.get(at));
        }
        return begin;
    }

    private int messages(ByteBuffer in, int begin, int to) throws IOException {
        int from = begin;
        while (from < to) {
            int end = splitting.end(in, from, to, isLast && remaining == 0);
            if (end < 0) {
                return from;
            }
            listener.onMessage(in, from, end);
            from = end;
        }
        return from;
    }
}

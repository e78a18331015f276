package io.dataprism.gateway.live;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * The framing of messages from a server, RFC 6455 section 5.2: no mask, and no frame longer than clients take by default; a longer
 * message goes in several. Any thread.
 */
final class WebSocketFrames {

    /** The longest frame's payload. */
    static final int FRAME_BYTES_LIMIT = 64 << 10;

    /** The most that {@link #appendHeader} writes. */
    static final int HEADER_BYTES_LIMIT = 10;

    private static final int FINAL = 0x80;
    private static final int CONTINUATION = 0x0;
    private static final int LENGTH_OF_16_BITS = 126;
    private static final int LENGTH_OF_64_BITS = 127;

    private WebSocketFrames() {}

    /** What a message is made of. */
    enum Kind {
        TEXT(0x1),
        BINARY(0x2),
        /** A text that is packed: the first frame has the bit RSV1, RFC 7692 section 6. */
        DEFLATED_TEXT(0x41);

        private final int first;

        Kind(int first) {
            this.first = first;
        }
    }

    /** Whether a message goes in one frame. */
    static boolean isOneFrame(int payloadBytes) {
        return payloadBytes <= FRAME_BYTES_LIMIT;
    }

    /** Writes the header of a message that is one frame. */
    static void appendHeader(ByteBuf to, Kind kind, int payloadBytes) {
        appendHeader(to, FINAL | kind.first, payloadBytes);
    }

    private static void appendHeader(ByteBuf to, int first, int payloadBytes) {
        to.writeByte(first);
        if (payloadBytes < LENGTH_OF_16_BITS) {
            to.writeByte(payloadBytes);
        } else if (payloadBytes < 1 << 16) {
            to.writeByte(LENGTH_OF_16_BITS).writeShort(payloadBytes);
        } else {
            to.writeByte(LENGTH_OF_64_BITS).writeLong(payloadBytes);
        }
    }

    /**
     * Writes a whole message.
     *
     * @param payload is read to its end, and still the caller's
     */
    static void append(ByteBuf to, Kind kind, ByteBuf payload) {
        int first = kind.first;
        do {
            int length = Math.min(payload.readableBytes(), FRAME_BYTES_LIMIT);
            appendHeader(to, (length == payload.readableBytes() ? FINAL : 0) | first, length);
            to.writeBytes(payload, length);
            first = CONTINUATION;
        } while (payload.isReadable());
    }

    /**
     * The same without copying the payload: gives the pieces in their order.
     *
     * @param payload is taken over
     */
    static void pieces(Kind kind, ByteBuf payload, Consumer<ByteBuf> piece) {
        try {
            int first = kind.first;
            do {
                int length = Math.min(payload.readableBytes(), FRAME_BYTES_LIMIT);
                ByteBuf header = payload.alloc().directBuffer(HEADER_BYTES_LIMIT);
                appendHeader(header, (length == payload.readableBytes() ? FINAL : 0) | first, length);
                piece.accept(header);
                piece.accept(payload.readRetainedSlice(length));
                first = CONTINUATION;
            } while (payload.isReadable());
        } finally {
            payload.release();
        }
    }
}

package io.dataprism.load.fan;

import java.nio.ByteBuffer;

/** How a stream is cut into frames. Stateless. */
enum Framing {

    /** RFC 6455, from a server: not masked. */
    WEB_SOCKET {
        @Override
        boolean read(ByteBuffer in, int at, int limit, Head head) {
            if (limit - at < 2) {
                return false;
            }
            int first = in.get(at);
            int size = in.get(at + 1) & 0x7f;
            int length = size == LONG_SIZE ? 10 : size == SHORT_SIZE ? 4 : 2;
            if (limit - at < length) {
                return false;
            }
            if (size == SHORT_SIZE) {
                size = in.getShort(at + 2) & 0xffff;
            } else if (size == LONG_SIZE) {
                size = Math.toIntExact(in.getLong(at + 2));
            }
            int opcode = first & 0x0f;
            head.isLast = (first & 0x80) != 0;
            if (opcode < CLOSE) {
                head.control = 0;
                head.length = length;
                head.size = size;
                return true;
            }
            head.control = opcode;
            head.length = length + size;
            head.size = 0;
            return limit - at >= head.length;
        }
    },

    /** The chunks of HTTP/1.1: a line with the size before, an empty line after. */
    CHUNKED {
        @Override
        boolean read(ByteBuffer in, int at, int limit, Head head) {
            int from = at;
            if (from < limit && in.get(from) == '\r') {
                from += 2;
            }
            int size = 0;
            for (int next = from; next + 1 < limit; next++) {
                int digit = Character.digit(in.get(next), 16);
                if (digit < 0) {
                    head.isLast = false;
                    head.control = size == 0 ? CLOSE : 0;
                    head.length = next + 2 - at;
                    head.size = size;
                    return true;
                }
                size = size * 16 + digit;
            }
            return false;
        }
    },

    /** None: what comes is the stream. */
    NONE {
        @Override
        boolean read(ByteBuffer in, int at, int limit, Head head) {
            head.control = 0;
            head.length = 0;
            head.size = limit - at;
            head.isLast = false;
            return head.size > 0;
        }
    };

    static final int CLOSE = 8;
    static final int PING = 9;
    private static final int SHORT_SIZE = 126;
    private static final int LONG_SIZE = 127;

    /** What a frame's head says. Written over by each reading. */
    static final class Head {
        int length;
        int size;
        int control; // its opcode, 0 where it is none; then length is all of the frame and size is 0
        boolean isLast; // of its message
    }

    /** Reads the head that begins at a place; false where not all of it is there, or not all of a control frame. */
    abstract boolean read(ByteBuffer in, int at, int limit, Head head);
}

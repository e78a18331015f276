package io.dataprism.load.fan;

import java.nio.ByteBuffer;

/** How what frames hold is cut into messages. Belongs to one server's subscribers, whose messages are mostly of one length. */
interface Splitting {

    /**
     * Where the first message ends.
     *
     * @param from where it begins
     * @param isWhole whether a message's last frame ends at {@code to}
     * @return -1 where not all of it is there
     */
    int end(ByteBuffer in, int from, int to, boolean isWhole);

    /** A message is what its frames hold. */
    static Splitting byFrame() {
        return (in, from, to, isWhole) -> isWhole ? to : -1;
    }

    /** Server-sent events: each ends with an empty line. Looks first where one of the length of the last would end. */
    static Splitting byEmptyLine() {
        return new Splitting() {

            private int lastLength;

            @Override
            public int end(ByteBuffer in, int from, int to, boolean isWhole) {
                int likely = from + lastLength;
                if (lastLength > 1 && likely <= to && in.get(from) != ':' && isEnd(in, likely)) {
                    return likely;
                }
                for (int end = from + 2; end <= to; end++) {
                    if (isEnd(in, end)) {
                        lastLength = in.get(from) == ':' ? lastLength : end - from;
                        return end;
                    }
                }
                return -1;
            }

            private boolean isEnd(ByteBuffer in, int end) {
                return in.get(end - 1) == '\n' && in.get(end - 2) == '\n';
            }
        };
    }

    /** The protocol of NATS: lines, and payloads whose length the line before says. */
    static Splitting byNats() {
        return (in, from, to, isWhole) -> {
            int line = lineEnd(in, from, to);
            if (line < 0 || in.get(from) != 'M') {
                return line;
            }
            int size = 0;
            int unit = 1;
            for (int at = line - 3; in.get(at) != ' '; at--) {
                size += unit * (in.get(at) - '0');
                unit *= 10;
            }
            int end = line + size + 2;
            return end <= to ? end : -1;
        };
    }

    /** Where the line that begins at a place ends, behind its CR LF; or -1. */
    static int lineEnd(ByteBuffer in, int from, int to) {
        for (int at = from; at + 1 < to; at++) {
            if (in.get(at) == '\r' && in.get(at + 1) == '\n') {
                return at + 2;
            }
        }
        return -1;
    }
}

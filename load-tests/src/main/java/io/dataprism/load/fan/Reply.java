package io.dataprism.load.fan;

import io.dataprism.load.fan.Framing.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** How a server says that it took an event. Looks at all that came since the last one; one is under way at a time. */
@FunctionalInterface
interface Reply {

    /**
     * What was answered, once all of it is there.
     *
     * @return empty where it is not
     * @throws IOException where the event was refused
     */
    String read(ByteBuffer in) throws IOException;

    /** The answer to a request; what it means is in its status. */
    static Reply http() {
        return in -> {
            HttpHead head = HttpHead.read(in);
            if (head == null || in.limit() < head.length() + head.bodyLength()) {
                return "";
            }
            String answer = Subscriber.text(in, 0, in.limit());
            if (head.status() / 100 != 2 || head.text().toLowerCase(Locale.ROOT).contains("chunked")) {
                throw new IOException("A request was answered with " + answer);
            }
            return answer;
        };
    }

    /** The last line of NATS, where the client wants to hear of each. */
    static Reply natsLine() {
        return in -> natsEndingWith(in, "+OK\r\n");
    }

    /** The message of JetStream. */
    static Reply jetStream() {
        return in -> natsEndingWith(in, "}\r\n").contains("MSG ") ? Subscriber.text(in, 0, in.limit()) : "";
    }

    private static String natsEndingWith(ByteBuffer in, String end) throws IOException {
        String answer = Subscriber.text(in, 0, in.limit());
        if (answer.contains("-ERR") || answer.contains("\"error\":")) {
            throw new IOException("NATS answered " + answer);
        }
        return answer.replace("PING\r\n", "").endsWith(end) ? answer : "";
    }

    /** A frame of ours; the first time the answer to the handshake. */
    static Reply socket() {
        Head head = new Head();
        return in -> {
            if (in.limit() > 0 && in.get(0) == 'H') {
                HttpHead answer = HttpHead.read(in);
                return answer == null ? "" : answer.text();
            }
            if (!Framing.WEB_SOCKET.read(in, 0, in.limit(), head) || in.limit() < head.length + head.size) {
                return "";
            }
            String answer = Subscriber.text(in, head.length, head.length + head.size);
            if (!answer.contains("\"published\"")) {
                throw new IOException("A frame was answered with " + answer);
            }
            return answer;
        };
    }
}

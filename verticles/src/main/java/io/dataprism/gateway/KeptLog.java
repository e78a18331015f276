package io.dataprism.gateway;

import io.dataprism.gateway.logs.LogReading;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Deque;

/** Answers with what is kept of a plugin's log on all nodes; of more than {@value #BYTES_LIMIT} bytes the newest. On the request's context. */
final class KeptLog {

    private static final int BYTES_LIMIT = 8 * 1024 * 1024;

    private final RoutingContext context;
    private final LogReading reading;
    private final String mediaType;
    private final boolean events;
    private final Deque<byte[]> lines = new ArrayDeque<>();
    private int bytes;

    /** @param events server-sent events, else lines of JSON */
    KeptLog(RoutingContext context, LogReading reading, String mediaType, boolean events) {
        this.context = context;
        this.reading = reading;
        this.mediaType = mediaType;
        this.events = events;
    }

    void answer() {
        context.addEndHandler(gone -> reading.end());
        reading.begin(this::add, () -> false, this::end);
    }

    private void add(byte[] json) {
        lines.addLast(json);
        bytes += json.length;
        while (bytes > BYTES_LIMIT) {
            bytes -= lines.removeFirst().length;
        }
    }

    private void end() {
        reading.end();
        Buffer body = Buffer.buffer();
        for (byte[] line : lines) {
            body.appendString(events ? "event: line\ndata: " : "")
                    .appendBytes(line)
                    .appendString(events ? "\n\n" : "\n");
        }
        Answers.bytes(context, 200, mediaType, body);
    }
}

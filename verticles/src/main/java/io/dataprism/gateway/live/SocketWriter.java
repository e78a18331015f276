package io.dataprism.gateway.live;

import io.dataprism.core.error.DataPrismException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The sending half of a WebSocket: counts what is written and not yet sent. On the socket's event loop. */
final class SocketWriter {

    /** With more than this on its way, nothing is ready and the socket is not read. */
    static final int IN_FLIGHT_LIMIT_BYTES = 1 << 20;

    private static final int CLOSE_REASON_BYTES_LIMIT = 120;

    private final ServerWebSocket socket;
    private final Runnable room;
    private long inFlightBytes;
    private boolean wanted;
    private boolean closed;

    /** {@code room}: called when something may be written again, after {@link #isReady()} said no. */
    SocketWriter(ServerWebSocket socket, Runnable room) {
        this.socket = socket;
        this.room = room;
        socket.drainHandler(drained -> tellRoom());
    }

    boolean isReady() {
        boolean ready = !closed && inFlightBytes < IN_FLIGHT_LIMIT_BYTES && !socket.writeQueueFull();
        wanted |= !ready;
        return ready;
    }

    void send(JsonObject frame) {
        text(frame.encode());
    }

    void text(String frame) {
        if (!closed) {
            sent(frame.length(), socket.writeTextMessage(frame));
        }
    }

    void binary(Buffer frame) {
        if (!closed) {
            sent(frame.length(), socket.writeBinaryMessage(frame));
        }
    }

    void error(@Nullable String id, DataPrismException problem) {
        JsonObject frame = new JsonObject().put("op", "error");
        if (id != null) {
            frame.put("id", id);
        }
        send(frame.put("problem", new JsonObject(problem.toJson())));
    }

    private void sent(int bytes, Future<Void> written) {
        inFlightBytes += bytes;
        written.onComplete(done -> {
            inFlightBytes -= bytes;
            tellRoom();
        });
    }

    private void tellRoom() {
        if (wanted && isReady()) {
            wanted = false;
            room.run();
        }
    }

    /** Sends a close frame; what was written before it is sent first. */
    void close(int code, String reason) {
        if (!closed) {
            closed = true;
            byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
            String cut = bytes.length <= CLOSE_REASON_BYTES_LIMIT
                    ? reason
                    : new String(bytes, 0, CLOSE_REASON_BYTES_LIMIT, StandardCharsets.US_ASCII);
            socket.close((short) code, cut);
        }
    }

    boolean isClosed() {
        return closed;
    }

    void gone() {
        closed = true;
    }
}

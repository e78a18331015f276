package io.dataprism.client;

import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts of frames together. It never stops reading: what may come is bounded by what was demanded, and pongs must
 * be heard while a reader is slow.
 */
final class FrameReader implements WebSocket.Listener {

    /** A batch is cut at 2 MiB, but one row may be larger. */
    static final int FRAME_BYTES_LIMIT = 256 << 20;

    private final Wire.Listener listener;
    private final Bytes binary = new Bytes();
    private final StringBuilder text = new StringBuilder();

    FrameReader(Wire.Listener listener) {
        this.listener = listener;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        listener.heard();
        if (text.length() + part.length() > FRAME_BYTES_LIMIT) {
            tooLong(socket);
            return null;
        }
        if (last && text.isEmpty()) {
            listener.text(part.toString());
        } else {
            text.append(part);
            if (last) {
                String whole = text.toString();
                text.setLength(0);
                text.trimToSize();
                listener.text(whole);
            }
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
        listener.heard();
        if ((long) binary.size() + part.remaining() > FRAME_BYTES_LIMIT) {
            tooLong(socket);
            return null;
        }
        binary.write(part);
        if (last) {
            listener.binary(binary.whole());
            binary.reset();
        }
        socket.request(1);
        return null;
    }

    private void tooLong(WebSocket socket) {
        socket.abort();
        listener.broken(ConnectionException.broken(
                "The node sent a frame of more than " + FRAME_BYTES_LIMIT + " bytes: ask for smaller batches.", null));
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        listener.closed(code, reason);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
        listener.broken(failure);
    }

    private static final class Bytes extends ByteArrayOutputStream {

        void write(ByteBuffer part) {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            writeBytes(bytes);
        }

        /** Good until {@link #reset()}. */
        ByteBuffer whole() {
            return ByteBuffer.wrap(buf, 0, count).slice();
        }
    }
}

package io.dataprism.gateway.live;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.gateway.connection.SocketCompression;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a WebSocket: frames its messages itself, so that those that many receive are made once. On the socket's event
 * loop. What is on its way is bounded by {@link LiveChannel}, and by one message more.
 */
final class SocketWriter {

    static final int CLOSE_PROTOCOL = 4400;

    private static final int CLOSE_REASON_BYTES_LIMIT = 120;

    /** Longer payloads are not copied to be sent. */
    private static final int COPIED_BYTES_LIMIT = 16 << 10;

    private final ServerWebSocket socket;
    private final LiveChannel channel;
    private final Runnable room;
    private final @Nullable LoopDeflater deflater;
    private boolean wanted;
    private boolean closed;

    /**
     * Of a handshake that has been answered.
     *
     * @param connection that was upgraded
     * @param room called when something may be written again, after {@link #isReady()} said no
     */
    SocketWriter(ServerWebSocket socket, HttpConnection connection, LiveLoops loops, Runnable room) {
        this.socket = socket;
        this.room = room;
        ChannelHandlerContext context =
                ((ConnectionBase) connection).channel().pipeline().context(VertxHandler.class);
        SpentHandshake.forget(socket, context.pipeline().get(VertxHandler.class));
        LiveLoops.LiveLoop loop = loops.of(context.channel().eventLoop());
        this.deflater = SocketCompression.settle(context.channel()) ? loop.deflater() : null;
        ChannelHandlerContext encoder = context.pipeline().context(WebSocketFrameEncoder.class);
        this.channel = LiveChannel.open(
                context,
                encoder == null ? context : encoder, // who stands between takes its time for each write
                loop.flush(),
                this::tellRoom,
                () -> close(CLOSE_PROTOCOL, "the frames could not be read"));
    }

    /** How the events of a subscription go out. */
    SocketForm form(String id) {
        return new SocketForm(id, deflater);
    }

    boolean isReady() {
        boolean ready = !closed && channel.isWritable();
        wanted |= !ready;
        return ready;
    }

    /** Since when there has been no room; 0: there is. */
    long fullSinceMillis() {
        return channel.fullSinceMillis();
    }

    void send(JsonObject frame) {
        text(frame.encode());
    }

    void text(String message) {
        if (!closed) {
            int most = ByteBufUtil.utf8MaxBytes(message);
            ByteBuf payload = ByteBufAllocator.DEFAULT.directBuffer(most);
            ByteBufUtil.writeUtf8(payload, message);
            if (deflater != null && LoopDeflater.isWorthwhile(payload.readableBytes())) {
                ByteBuf packed = deflater.deflated(payload);
                payload.release();
                message(WebSocketFrames.Kind.DEFLATED_TEXT, packed);
            } else {
                message(WebSocketFrames.Kind.TEXT, payload);
            }
        }
    }

    void binary(Buffer message) {
        if (!closed) {
            message(
                    WebSocketFrames.Kind.BINARY,
                    ((BufferInternal) message).getByteBuf().retain());
        }
    }

    private void message(WebSocketFrames.Kind kind, ByteBuf payload) {
        if (payload.readableBytes() > COPIED_BYTES_LIMIT) {
            WebSocketFrames.pieces(kind, payload, channel::write);
            return;
        }
        ByteBuf frame =
                ByteBufAllocator.DEFAULT.directBuffer(payload.readableBytes() + WebSocketFrames.HEADER_BYTES_LIMIT);
        WebSocketFrames.append(frame, kind, payload);
        payload.release();
        channel.write(frame);
    }

    /** Messages that are framed already. @param shared with others, and not taken over */
    void frames(ByteBuf shared) {
        if (!closed) {
            channel.write(shared.retainedDuplicate());
        }
    }

    void error(@Nullable String id, DataPrismException problem) {
        JsonObject frame = new JsonObject().put("op", "error");
        if (id != null) {
            frame.put("id", id);
        }
        send(frame.put("problem", new JsonObject(problem.toJson())));
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
            socket.close((short) code, cut(reason));
            channel.flush(); // Vert.x would wait for the end of the turn, before which it closes a channel that has
            // failed
        }
    }

    /** Whole characters, as many as a close frame has room for. */
    private static String cut(String reason) {
        String cut = reason;
        while (ByteBufUtil.utf8Bytes(cut) > CLOSE_REASON_BYTES_LIMIT) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }

    /** Ends the connection at once, whatever is on its way. */
    void abort() {
        closed = true;
        channel.abort();
    }

    boolean isClosed() {
        return closed;
    }

    void gone() {
        closed = true;
    }
}

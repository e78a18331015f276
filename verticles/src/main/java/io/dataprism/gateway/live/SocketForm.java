package io.dataprism.gateway.live;

import io.dataprism.core.event.StoredEvent;
import io.dataprism.event.FrameForm;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An event as a text message of {@code dataprism.v1}: a prefix with the subscription's id, and what all subscriptions share. */
final class SocketForm implements FrameForm {

    private static final byte[] MIDDLE = "\",\"event\":".getBytes(StandardCharsets.US_ASCII);

    private final String id;
    private final @Nullable LoopDeflater deflater;
    private final byte[] prefix;

    /** @param deflater of the loop that it is used on, where the socket's client has agreed; null: nothing is packed */
    SocketForm(String id, @Nullable LoopDeflater deflater) {
        this.id = id;
        this.deflater = deflater;
        this.prefix =
                ("{\"op\":\"event\",\"id\":" + Json.encode(id) + ",\"cursor\":\"").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void append(ByteBuf frames, StoredEvent event) {
        int bytes = payloadBytes(event);
        if (deflater != null && LoopDeflater.isWorthwhile(bytes)) {
            appendDeflated(frames, event, bytes, deflater);
            return;
        }
        if (WebSocketFrames.isOneFrame(bytes)) {
            WebSocketFrames.appendHeader(frames, WebSocketFrames.Kind.TEXT, bytes);
            appendPayload(frames, event);
            return;
        }
        ByteBuf payload = frames.alloc().buffer(bytes);
        try {
            appendPayload(payload, event);
            WebSocketFrames.append(frames, WebSocketFrames.Kind.TEXT, payload);
        } finally {
            payload.release();
        }
    }

    private void appendDeflated(ByteBuf frames, StoredEvent event, int bytes, LoopDeflater packing) {
        ByteBuf payload = frames.alloc().directBuffer(bytes);
        try {
            appendPayload(payload, event);
            ByteBuf packed = packing.deflated(payload);
            WebSocketFrames.append(frames, WebSocketFrames.Kind.DEFLATED_TEXT, packed);
            packed.release();
        } finally {
            payload.release();
        }
    }

    private int payloadBytes(StoredEvent event) {
        return prefix.length + event.cursor().length() + MIDDLE.length + event.json().length + 1;
    }

    private void appendPayload(ByteBuf to, StoredEvent event) {
        to.writeBytes(prefix);
        ByteBufUtil.writeAscii(to, event.cursor());
        to.writeBytes(MIDDLE).writeBytes(event.json()).writeByte('}');
    }

    @Override
    public int estimatedBytes(StoredEvent event) {
        int bytes = payloadBytes(event);
        return bytes + (1 + bytes / WebSocketFrames.FRAME_BYTES_LIMIT) * WebSocketFrames.HEADER_BYTES_LIMIT;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SocketForm form && form.id.equals(id) && form.deflater == deflater;
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, deflater != null);
    }
}

package io.dataprism.gateway.live;

import io.dataprism.core.event.StoredEvent;
import io.dataprism.event.FrameForm;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** An event as a server-sent event, for HTTP/1.1 in a chunk of its own. */
enum SseForm implements FrameForm {

    /** In a chunk of HTTP/1.1. */
    CHUNK {
        @Override
        void append(ByteBuf to, String event, String id, byte[] data) {
            int bytes = bytes(event, id, data);
            ByteBufUtil.writeAscii(to, Integer.toHexString(bytes));
            to.writeBytes(LINE_END);
            appendEvent(to, event, id, data);
            to.writeBytes(LINE_END);
        }
    },

    /** As it is. */
    PLAIN {
        @Override
        void append(ByteBuf to, String event, String id, byte[] data) {
            appendEvent(to, event, id, data);
        }
    };

    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("\nevent: ");
    private static final byte[] DATA = ascii("\ndata: ");
    private static final byte[] END = ascii("\n\n");
    private static final byte[] LINE_END = ascii("\r\n");
    private static final int CHUNK_BYTES_LIMIT = 12;

    /** An event of the stream. {@code data}: on one line. */
    abstract void append(ByteBuf to, String event, String id, byte[] data);

    @Override
    public void append(ByteBuf frames, StoredEvent event) {
        append(frames, "event", event.cursor(), event.json());
    }

    @Override
    public int estimatedBytes(StoredEvent event) {
        return bytes("event", event.cursor(), event.json()) + CHUNK_BYTES_LIMIT;
    }

    private static int bytes(String event, String id, byte[] data) {
        return ID.length + id.length() + EVENT.length + event.length() + DATA.length + data.length + END.length;
    }

    private static void appendEvent(ByteBuf to, String event, String id, byte[] data) {
        to.writeBytes(ID);
        ByteBufUtil.writeAscii(to, id);
        to.writeBytes(EVENT);
        ByteBufUtil.writeAscii(to, event);
        to.writeBytes(DATA).writeBytes(data).writeBytes(END);
    }

    /** A comment, which readers pass by. */
    void appendComment(ByteBuf to, String comment) {
        String line = ": " + comment + "\n\n";
        if (this == CHUNK) {
            ByteBufUtil.writeAscii(to, Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
        } else {
            ByteBufUtil.writeAscii(to, line);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

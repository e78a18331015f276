package io.dataprism.gateway.live;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Packs the messages of one event loop's sockets, each by itself, as permessage-deflate has it (RFC 7692, section 7.2.1): any client
 * that agreed can read them, and one packed message is good for many. On that loop; the deflater's quarter of a mebibyte outside of
 * the heap is taken when the first message is packed.
 */
final class LoopDeflater {

    /** What is shorter gains nothing. */
    static final int LEAST_BYTES = 128;

    /** What an empty block ends with, which a message leaves out. */
    private static final int TAIL_BYTES = 4;

    private static final int ROOM_BYTES = 256;

    private @Nullable Deflater deflater;

    static boolean isWorthwhile(int payloadBytes) {
        return payloadBytes >= LEAST_BYTES;
    }

    /** The payload of the packed message, which the caller releases. @param payload is left as it is */
    ByteBuf deflated(ByteBuf payload) {
        Deflater packing = deflater;
        if (packing == null) {
            packing = new Deflater(Deflater.BEST_SPEED, true);
            deflater = packing;
        }
        ByteBuf packed = ByteBufAllocator.DEFAULT.directBuffer(payload.readableBytes() / 2 + ROOM_BYTES);
        packing.setInput(payload.nioBuffer());
        try {
            int room;
            int written;
            do {
                packed.ensureWritable(ROOM_BYTES);
                room = packed.writableBytes();
                written = packing.deflate(packed.nioBuffer(packed.writerIndex(), room), Deflater.SYNC_FLUSH);
                packed.writerIndex(packed.writerIndex() + written);
            } while (written == room);
        } finally {
            packing.reset();
        }
        return packed.writerIndex(packed.writerIndex() - TAIL_BYTES);
    }
}

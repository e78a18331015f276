package io.dataprism.gateway;

import io.dataprism.core.format.ArrowParts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.VertxConnection;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one answer on their way to its socket. Counts what has not left yet, since a response says only in a later turn of
 * its loop that it is full; joins small pieces of one turn to one write. Owned by the request's event loop. After
 * {@link #end} or {@link #drop} nothing more is written.
 */
final class ResponseOutput {

    /** What may be on its way before {@link #hasRoom} says no. One Arrow batch may be larger, and is then alone. */
    private static final int UNSENT_BYTES_LIMIT = 256 * 1024;

    private static final int SMALL_BYTES = 64 * 1024;

    private final HttpServerResponse response;
    private final Context context;
    private final Runnable head;
    private final Runnable whenSent;
    private @Nullable Buffer held;
    private long unsentBytes;
    private boolean over;

    /**
     * @param head sets status and headers; called before the first byte, once
     * @param whenSent called after some bytes have left, or could not leave
     */
    ResponseOutput(HttpServerResponse response, Context context, Runnable head, Runnable whenSent) {
        this.response = response;
        this.context = context;
        this.head = head;
        this.whenSent = whenSent;
    }

    /** Whether more should be made. */
    boolean hasRoom() {
        return unsentBytes < UNSENT_BYTES_LIMIT;
    }

    /** Sends bytes; few of them wait for the end of this turn of the loop. */
    void send(Buffer bytes) {
        if (bytes.length() == 0) {
            return;
        }
        if (bytes.length() > SMALL_BYTES) {
            flush();
            write(bytes);
        } else if (held == null) {
            held = Buffer.buffer().appendBuffer(bytes);
            context.runOnContext(turn -> flush());
        } else {
            held.appendBuffer(bytes);
        }
    }

    /** Sends a batch: a small one is copied, any other goes from where it lies, and is closed when its bytes have left or cannot. */
    void send(ArrowParts parts) {
        if (parts.sizeBytes() <= SMALL_BYTES) {
            try (parts) {
                ByteBuf copy = Unpooled.buffer((int) parts.sizeBytes());
                parts.parts().forEach(part -> copy.writeBytes(part.duplicate()));
                send(BufferInternal.buffer(copy));
            }
            return;
        }
        CompositeByteBuf bytes = Unpooled.compositeBuffer(parts.parts().size());
        for (ByteBuffer part : parts.parts()) {
            bytes.addComponent(true, part.isDirect() ? Unpooled.wrappedBuffer(part) : direct(part));
        }
        flush();
        try {
            write(BufferInternal.buffer(bytes)).onComplete(sent -> free(bytes, parts));
        } catch (RuntimeException refused) {
            free(bytes, parts);
            throw refused;
        }
    }

    /** One component on the heap would have the channel copy all of them. */
    private static ByteBuf direct(ByteBuffer part) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(part.remaining()).writeBytes(part.duplicate());
    }

    /** A response never releases what it is given. */
    private static void free(CompositeByteBuf bytes, ArrowParts parts) {
        bytes.release();
        parts.close();
    }

    private void flush() {
        Buffer bytes = held;
        held = null;
        if (bytes != null && !over) {
            write(bytes);
        }
    }

    private Future<Void> write(Buffer bytes) {
        if (!response.headWritten()) {
            head.run();
            response.setChunked(true);
        }
        unsentBytes += bytes.length();
        return response.write(bytes).onComplete(sent -> {
            unsentBytes -= bytes.length();
            whenSent.run();
        });
    }

    /** The regular end. Succeeds when all bytes have left. */
    Future<Void> end(Buffer last) {
        Buffer before = held;
        held = null;
        over = true;
        if (!response.headWritten()) {
            head.run();
        }
        return response.end(before == null ? last : before.appendBuffer(last));
    }

    /** What waits is not written. */
    void drop() {
        held = null;
        over = true;
    }

    /**
     * Ends the connection now: a regular close waits for what is on its way, and this client does not take it. A stream of
     * HTTP/2 is reset instead, the others on its connection go on.
     */
    void cut(HttpConnection connection) {
        if (connection instanceof VertxConnection own && response.streamId() < 0) {
            Channel channel = own.channelHandlerContext().channel();
            channel.config().setOption(ChannelOption.SO_LINGER, 0); // the kernel's part is not kept either
            channel.pipeline().firstContext().close(); // below all that would wait for a flush, TLS among it
        } else if (!response.closed()) {
            response.reset();
        }
    }
}

package io.dataprism.gateway.live;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.VoidChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.CodecException;
import io.netty.handler.timeout.IdleStateHandler;
import org.jspecify.annotations.Nullable;

/**
 * The way out to one peer for bytes that are framed already, past everything that would frame them. What is written in one turn of the
 * event loop is flushed once. On that loop.
 *
 * <p>Vert.x knows nothing of these bytes: what it writes itself, such as pings and closes, takes the same way, in the order of the calls.
 */
final class LiveChannel extends ChannelInboundHandlerAdapter {

    /** With more than the second on its way it is full, until there is less than the first. */
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(32 << 10, 128 << 10);

    private final LoopFlush flush;
    private final Runnable room;
    private final @Nullable Runnable unreadable;
    private final ChannelHandlerContext vertx;
    private final ChannelHandlerContext out;
    /** Whoever fails is told of by the connection's end, not by each write that was on its way. */
    private final ChannelPromise untold;

    private boolean written;
    private long fullSinceMillis;

    private LiveChannel(
            ChannelHandlerContext vertx,
            ChannelHandlerContext out,
            LoopFlush flush,
            Runnable room,
            @Nullable Runnable unreadable) {
        this.unreadable = unreadable;
        this.vertx = vertx;
        this.untold = new VoidChannelPromise(vertx.channel(), false);
        this.out = out;
        this.flush = flush;
        this.room = room;
    }

    /**
     * Takes its place in a pipeline.
     *
     * @param vertx Vert.x's own handler
     * @param out behind whom bytes are to be put in: nobody between it and the network frames them
     * @param room called when it is full no more
     * @param unreadable called when what the peer sends cannot be read, in place of the end of the connection, which would take away
     *     from the peer what is on its way to it; null: it ends
     */
    static LiveChannel open(
            ChannelHandlerContext vertx,
            ChannelHandlerContext out,
            LoopFlush flush,
            Runnable room,
            @Nullable Runnable unreadable) {
        LiveChannel channel = new LiveChannel(vertx, out, flush, room, unreadable);
        vertx.channel().config().setWriteBufferWaterMark(MARKS);
        vertx.pipeline().addBefore(vertx.name(), null, channel);
        return channel;
    }

    /** Leaves the pipeline; the connection goes on. */
    void leave() {
        if (vertx.pipeline().context(this) != null) {
            vertx.pipeline().remove(this);
        }
    }

    /** Whether there is room. */
    boolean isWritable() {
        return vertx.channel().isWritable();
    }

    /** Since when it has been full; 0: it is not. */
    long fullSinceMillis() {
        return isWritable() ? 0 : fullSinceMillis;
    }

    /** Takes the bytes over. */
    void write(ByteBuf bytes) {
        out.write(bytes, untold);
        if (!written) {
            written = true;
            flush.add(this);
        }
    }

    void flush() {
        written = false;
        out.flush();
        IdleStateHandler idle = vertx.pipeline().get(IdleStateHandler.class);
        if (idle != null) {
            idle.resetWriteTimeout(); // it may lie where these bytes do not pass
        }
    }

    /** Ends the connection at once, whatever is on its way. */
    void abort() {
        vertx.close(); // of the channel itself it would be a close that waits for what the peer does not read
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (unreadable != null && failure instanceof CodecException) {
            unreadable.run();
        } else {
            context.fireExceptionCaught(failure);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.fireChannelWritabilityChanged();
        if (isWritable()) {
            room.run();
        } else {
            fullSinceMillis = System.currentTimeMillis();
        }
    }
}

package io.dataprism.gateway.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * What a client may do with packed messages, before and behind the handler that unpacks them: reserved bits only where they were agreed
 * upon, and no message that is many times as long once it is unpacked. Where it does otherwise, the failure is passed on once and
 * nothing more is unpacked. On the connection's event loop.
 */
final class InflationBound {

    /** So much a message may be, whatever it was packed into. */
    private static final long FREE_BYTES = 64 << 10;

    /** Documents pack to a twentieth at best; what packs to less than this was made for it. */
    private static final long RATIO_LIMIT = 50;

    private static final int RSV1 = 4;

    private final boolean agreed;
    private long packedBytes;
    private long unpackedBytes;
    private boolean broken;

    /** @param agreed whether the client may pack messages */
    InflationBound(boolean agreed) {
        this.agreed = agreed;
    }

    /** To stand before who unpacks. */
    ChannelInboundHandlerAdapter before() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (!(message instanceof WebSocketFrame frame)) {
                    context.fireChannelRead(message);
                } else if (broken && isData(frame)) {
                    ReferenceCountUtil.release(frame);
                } else if (isLegal(frame)) {
                    countPacked(frame);
                    context.fireChannelRead(frame);
                } else {
                    refuse(context, frame, "reserved bits that mean nothing here");
                }
            }
        };
    }

    /** To stand behind it. */
    ChannelInboundHandlerAdapter behind() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof WebSocketFrame frame && isData(frame)) {
                    unpackedBytes += frame.content().readableBytes();
                    if (unpackedBytes > FREE_BYTES + RATIO_LIMIT * packedBytes) {
                        refuse(context, frame, "a message that is too long once it is unpacked");
                        return;
                    }
                }
                context.fireChannelRead(message);
            }
        };
    }

    private boolean isLegal(WebSocketFrame frame) {
        boolean mayBePacked = agreed && (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame);
        return frame.rsv() == 0 || frame.rsv() == RSV1 && mayBePacked;
    }

    private static boolean isData(WebSocketFrame frame) {
        return frame instanceof TextWebSocketFrame
                || frame instanceof BinaryWebSocketFrame
                || frame instanceof ContinuationWebSocketFrame;
    }

    private void countPacked(WebSocketFrame frame) {
        if (!isData(frame)) {
            return;
        }
        if (!(frame instanceof ContinuationWebSocketFrame)) {
            packedBytes = 0;
            unpackedBytes = 0;
        }
        packedBytes += frame.content().readableBytes();
    }

    private void refuse(ChannelHandlerContext context, WebSocketFrame frame, String what) {
        broken = true;
        ReferenceCountUtil.release(frame);
        context.fireExceptionCaught(
                new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR, "The client sent " + what));
    }
}

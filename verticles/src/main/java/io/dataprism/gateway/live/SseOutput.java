package io.dataprism.gateway.live;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;

/** Where the bytes of a stream of server-sent events go. On the connection's event loop. */
sealed interface SseOutput {

    /** How events are written. */
    SseForm form();

    /** Whether there is room. */
    boolean isReady();

    /** Since when there has been none; 0: there is. */
    long fullSinceMillis();

    /** Takes the bytes over. */
    void write(ByteBuf bytes);

    /** Ends the body as a whole one. */
    void end();

    /** Ends the connection, or the stream of it, so that nobody takes it for an end. */
    void abort();

    /** Nothing more is written. */
    void leave();

    /**
     * Writes the head and answers where the body goes.
     *
     * @param room called when there is room again
     */
    static SseOutput open(HttpServerResponse response, HttpConnection connection, LiveLoops loops, Runnable room) {
        if (response.streamId() < 0
                && connection instanceof ConnectionBase base
                && base.channel().isWritable()) {
            ChannelHandlerContext vertx = base.channelHandlerContext();
            ChannelHandlerContext encoder = vertx.pipeline().context("httpEncoder");
            if (encoder != null && vertx.pipeline().get("deflater") == null) {
                response.setChunked(true).writeHead();
                LoopFlush flush = loops.of(base.channel().eventLoop()).flush();
                return new Chunks(response, LiveChannel.open(vertx, encoder, flush, room));
            }
        }
        return new Plain(response, room);
    }

    /** Chunks of HTTP/1.1, framed once for many readers. */
    final class Chunks implements SseOutput {

        private final HttpServerResponse response;
        private final LiveChannel channel;

        private Chunks(HttpServerResponse response, LiveChannel channel) {
            this.response = response;
            this.channel = channel;
        }

        @Override
        public SseForm form() {
            return SseForm.CHUNK;
        }

        @Override
        public boolean isReady() {
            return channel.isWritable();
        }

        @Override
        public long fullSinceMillis() {
            return channel.fullSinceMillis();
        }

        @Override
        public void write(ByteBuf bytes) {
            channel.write(bytes);
        }

        @Override
        public void end() {
            response.end();
        }

        @Override
        public void abort() {
            channel.abort();
        }

        @Override
        public void leave() {
            channel.leave();
        }
    }

    /** Whatever else Vert.x frames: a stream of HTTP/2. */
    final class Plain implements SseOutput {

        private final HttpServerResponse response;
        private long fullSinceMillis;

        private Plain(HttpServerResponse response, Runnable room) {
            this.response = response;
            if (response.streamId() < 0) {
                response.setChunked(true);
            }
            response.writeHead();
            response.drainHandler(drained -> room.run());
        }

        @Override
        public SseForm form() {
            return SseForm.PLAIN;
        }

        @Override
        public boolean isReady() {
            boolean full = response.writeQueueFull();
            if (!full) {
                fullSinceMillis = 0;
            } else if (fullSinceMillis == 0) {
                fullSinceMillis = System.currentTimeMillis();
            }
            return !full;
        }

        @Override
        public long fullSinceMillis() {
            return isReady() ? 0 : fullSinceMillis;
        }

        @Override
        public void write(ByteBuf bytes) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy).release();
            response.write(Buffer.buffer(copy));
        }

        @Override
        public void end() {
            response.end();
        }

        @Override
        public void abort() {
            response.reset();
        }

        @Override
        public void leave() {
            response.drainHandler(null);
        }
    }
}

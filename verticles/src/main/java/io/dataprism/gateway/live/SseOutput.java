package io.dataprism.gateway.live;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
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
    static SseOutput open(
            HttpServerResponse response,
            HttpVersion version,
            HttpConnection connection,
            LiveLoops loops,
            Runnable room) {
        boolean chunked = response.streamId() < 0 && version == HttpVersion.HTTP_1_1;
        if (chunked
                && connection instanceof ConnectionBase base
                && base.channel().isWritable()) {
            ChannelHandlerContext vertx = base.channelHandlerContext();
            ChannelHandlerContext encoder = vertx.pipeline().context("httpEncoder");
            if (encoder != null && vertx.pipeline().get("deflater") == null) {
                response.setChunked(true).writeHead();
                LoopFlush flush = loops.of(base.channel().eventLoop()).flush();
                return new Chunks(response, LiveChannel.open(vertx, encoder, flush, room, null));
            }
        }
        return new Plain(response, chunked, connection, room);
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

    /** Whatever Vert.x frames: a stream of HTTP/2, or a body of HTTP/1.0, which goes on until its connection ends. */
    final class Plain implements SseOutput {

        private final HttpServerResponse response;
        private final HttpConnection connection;
        private final boolean untilClosed;
        private long fullSinceMillis;

        private Plain(HttpServerResponse response, boolean chunked, HttpConnection connection, Runnable room) {
            this.response = response;
            this.connection = connection;
            this.untilClosed = response.streamId() < 0 && !chunked;
            if (untilClosed) {
                response.putHeader(HttpHeaders.CONNECTION, "close");
            } else {
                response.setChunked(chunked);
                response.writeHead();
            }
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
            if (untilClosed) {
                connection.close();
            }
        }

        @Override
        public void abort() {
            if (response.streamId() < 0 && connection instanceof ConnectionBase base) {
                base.channelHandlerContext().close();
            } else {
                response.reset();
            }
        }

        @Override
        public void leave() {
            response.drainHandler(null);
        }
    }
}

package io.dataprism.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * The usual transport of Vert.x, whose HTTP/1 servers refuse a request that has both Content-Length and Transfer-Encoding. Netty
 * drops the length and goes on; where a proxy before the node goes by the length, the rest of a body would pass as a request that
 * the proxy has never seen. The decoder is nobody's to choose but the transport's: it is made deep inside of a connection, and has
 * read the first request before anybody hears of that.
 */
public final class StrictTransport implements Transport {

    private final Strict implementation = new Strict();

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return implementation;
    }

    private static final class Strict extends NioTransport {

        @Override
        public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            if (options instanceof HttpServerOptions http) {
                bootstrap.handler(new Acceptor(http));
            }
        }
    }

    /** Sees each connection before its own handlers are made. */
    private static final class Acceptor extends ChannelInboundHandlerAdapter {

        private final HttpServerOptions options;

        Acceptor(HttpServerOptions options) {
            this.options = options;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            if (accepted instanceof Channel connection) {
                connection.pipeline().addFirst(new FirstBytes(options));
            }
            context.fireChannelRead(accepted);
        }
    }

    /**
     * Passes the first bytes of a connection on one by one, until it is known to be HTTP/1 and so has a decoder, in whose place it
     * puts another; what that one had of them by then goes on to the new one. Then it leaves.
     */
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {

        /** After so many bytes a connection is HTTP/2, or not ours to judge. */
        private static final int LIMIT = 24;

        private static final String DECODER = "httpDecoder";

        private final HttpServerOptions options;
        private int passed;

        FirstBytes(HttpServerOptions options) {
            this.options = options;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!(message instanceof ByteBuf bytes)) {
                context.fireChannelRead(message);
                return;
            }
            while (bytes.isReadable() && !isDecided(context.pipeline())) {
                passed++;
                context.fireChannelRead(bytes.readRetainedSlice(1));
            }
            if (bytes.isReadable()) {
                context.fireChannelRead(bytes);
                if (!context.isRemoved()) {
                    context.pipeline().remove(this);
                }
            } else {
                bytes.release();
            }
        }

        private boolean isDecided(ChannelPipeline pipeline) {
            if (pipeline.get(DECODER) instanceof VertxHttpRequestDecoder) {
                if (!(pipeline.get(DECODER) instanceof StrictDecoder)) {
                    pipeline.replace(DECODER, DECODER, new StrictDecoder(options));
                }
                return true;
            }
            return passed >= LIMIT;
        }
    }

    private static final class StrictDecoder extends VertxHttpRequestDecoder {

        StrictDecoder(HttpServerOptions options) {
            super(options);
        }

        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            throw new IllegalArgumentException("it has both Content-Length and Transfer-Encoding");
        }
    }
}

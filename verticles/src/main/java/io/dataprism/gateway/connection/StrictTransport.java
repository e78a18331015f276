package io.dataprism.gateway.connection;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The usual transport of Vert.x, which has {@link Connections} take note of each connection of its HTTP servers, and whose HTTP/1 servers refuse a request that has both Content-Length and Transfer-Encoding. Netty
 * drops the length and goes on; where a proxy before the node goes by the length, the rest of a body would pass as a request that
 * the proxy has never seen. The decoder is nobody's to choose but the transport's: it is made deep inside of a connection, and has
 * read the first request before anybody hears of that.
 */
public final class StrictTransport implements Transport {

    private final Strict implementation;

    public StrictTransport(Connections connections) {
        this.implementation = new Strict(connections);
    }

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

        private final Connections connections;

        Strict(Connections connections) {
            this.connections = connections;
        }

        @Override
        public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            if (options instanceof HttpServerOptions http) {
                bootstrap.handler(new Acceptor(http, connections));
            }
        }
    }

    /** Sees each connection before its own handlers are made. */
    private static final class Acceptor extends ChannelInboundHandlerAdapter {

        private final HttpServerOptions options;
        private final Connections connections;

        Acceptor(HttpServerOptions options, Connections connections) {
            this.options = options;
            this.connections = connections;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            if (accepted instanceof Channel connection) {
                if (!connections.accept(connection)) {
                    connection.unsafe().closeForcibly(); // it has no event loop yet that could close it
                    return;
                }
                connection.pipeline().addFirst(new FirstBytes(options));
            }
            context.fireChannelRead(accepted);
        }
    }

    /**
     * Passes the first bytes of a connection on one by one, until it is known to be HTTP/1 and so has a decoder, in whose place it
     * puts another; what that one had of them by then goes on to the new one. Then it leaves. Under TLS it first goes behind what
     * decrypts.
     */
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {

        /** After so many bytes a connection is HTTP/2, or not ours to judge. */
        private static final int LIMIT = 24;

        private static final String DECODER = "httpDecoder";

        private final HttpServerOptions options;
        private final boolean behindTls;
        private int passed;

        FirstBytes(HttpServerOptions options) {
            this(options, false);
        }

        private FirstBytes(HttpServerOptions options, boolean behindTls) {
            this.options = options;
            this.behindTls = behindTls;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!(message instanceof ByteBuf bytes)) {
                context.fireChannelRead(message);
                return;
            }
            ChannelHandlerContext tls = behindTls ? null : context.pipeline().context(SslHandler.class);
            if (tls != null) {
                context.pipeline().addAfter(tls.name(), null, new FirstBytes(options, true));
                context.fireChannelRead(message);
                context.pipeline().remove(this);
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
                    pipeline.replace(DECODER, DECODER, new StrictDecoder(options, Connection.of(pipeline.channel())));
                }
                return true;
            }
            return passed >= LIMIT;
        }
    }

    /** Refuses what is not clear, and tells when the head of a request begins and ends. */
    private static final class StrictDecoder extends VertxHttpRequestDecoder {

        private final Connection connection;
        private boolean inMessage;

        StrictDecoder(HttpServerOptions options, Connection connection) {
            super(options);
            this.connection = connection;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> decoded) throws Exception {
            if (!inMessage && bytes.isReadable()) {
                connection.headBegins();
            }
            int before = decoded.size();
            super.decode(context, bytes, decoded);
            for (int each = before; each < decoded.size(); each++) {
                if (decoded.get(each) instanceof HttpMessage) {
                    connection.headEnds();
                }
                inMessage = !(decoded.get(each) instanceof LastHttpContent);
            }
        }

        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            throw new IllegalArgumentException("it has both Content-Length and Transfer-Encoding");
        }
    }
}

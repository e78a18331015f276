package io.dataprism.gateway.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionDecoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtension;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandshaker;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agreement with a WebSocket's client that messages may come deflated (permessage-deflate, RFC 7692), in neither direction with
 * anything kept from one message to the next: nothing is held for a connection, and one message can be packed for many. Vert.x's own
 * agrees to messages of any size once they are unpacked.
 */
public final class SocketCompression {

    private static final int LEVEL = 6; // of Netty's encoder, which no message passes
    private static final int WINDOW_BITS = 15;
    private static final int READ_BYTES = 4 << 10;
    private static final AttributeKey<Boolean> OFFERED = AttributeKey.valueOf("dataprism.compression");
    private static final String HANDLER = "webSocketExtensionHandler"; // as Vert.x calls it

    private SocketCompression() {}

    /** What a server needs for {@link #offer}: without it, packed frames are taken for broken ones. */
    public static HttpServerOptions enable(HttpServerOptions options) {
        return options.setPerMessageWebSocketCompressionSupported(true);
    }

    /**
     * Lets the connection's WebSocket be compressed where its client offers that, in the place of what Vert.x would agree to. On the
     * connection's event loop, before its first request; a connection of HTTP/2 has no WebSockets here and is left alone.
     *
     * @param connection of a server with {@link #enable}
     * @param messageBytesLimit the most that a message may be once it is unpacked; a longer one is unreadable
     */
    public static void offer(HttpConnection connection, int messageBytesLimit) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        if (pipeline.get(WebSocketServerExtensionHandler.class) != null) {
            var deflate = new PerMessageDeflateServerExtensionHandshaker(
                    LEVEL, false, WINDOW_BITS, true, true, messageBytesLimit);
            pipeline.channel().attr(OFFERED).set(true);
            pipeline.replace(
                    WebSocketServerExtensionHandler.class,
                    HANDLER,
                    new WebSocketServerExtensionHandler(new WithoutContext(deflate)));
        }
    }

    /**
     * Bounds what a WebSocket's client may do with it, once its handshake was answered. On its event loop.
     *
     * @return whether the client has agreed to packed messages
     */
    public static boolean settle(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        ChannelHandlerContext unpacking = pipeline.context(WebSocketExtensionDecoder.class);
        if (channel.hasAttr(OFFERED)) {
            InflationBound bound = new InflationBound(unpacking != null);
            pipeline.addAfter(pipeline.context(WebSocketFrameDecoder.class).name(), null, bound.before());
            if (unpacking != null) {
                pipeline.addAfter(unpacking.name(), null, bound.behind());
                // all that is read at once is unpacked before anybody can say that it is too much
                channel.config()
                        .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1));
            }
        }
        return unpacking != null;
    }

    /** Agrees to what Netty agrees to, with both parameters, which a server may add where nobody offers them. */
    private record WithoutContext(WebSocketServerExtensionHandshaker deflate)
            implements WebSocketServerExtensionHandshaker {

        @Override
        public @Nullable WebSocketServerExtension handshakeExtension(WebSocketExtensionData offered) {
            Map<String, @Nullable String> parameters = new HashMap<>(offered.parameters());
            parameters.put("client_no_context_takeover", null);
            parameters.put("server_no_context_takeover", null);
            try {
                return deflate.handshakeExtension(new WebSocketExtensionData(offered.name(), parameters));
            } catch (NumberFormatException unreadable) {
                return null; // an offer that cannot be read is one that is declined
            }
        }
    }
}

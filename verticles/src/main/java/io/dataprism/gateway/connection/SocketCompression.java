package io.dataprism.gateway.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionEncoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtension;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandshaker;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
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
            pipeline.replace(
                    WebSocketServerExtensionHandler.class,
                    HANDLER,
                    new WebSocketServerExtensionHandler(new WithoutContext(deflate)));
        }
    }

    /** Whether a WebSocket's client has agreed, once its handshake was answered. */
    public static boolean isAgreed(Channel channel) {
        return channel.pipeline().get(WebSocketExtensionEncoder.class) != null;
    }

    /** Agrees to what Netty agrees to, with both parameters, which a server may add where nobody offers them. */
    private record WithoutContext(WebSocketServerExtensionHandshaker deflate)
            implements WebSocketServerExtensionHandshaker {

        @Override
        public @Nullable WebSocketServerExtension handshakeExtension(WebSocketExtensionData offered) {
            Map<String, @Nullable String> parameters = new HashMap<>(offered.parameters());
            parameters.put("client_no_context_takeover", null);
            parameters.put("server_no_context_takeover", null);
            return deflate.handshakeExtension(new WebSocketExtensionData(offered.name(), parameters));
        }
    }
}

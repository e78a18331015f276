package io.dataprism.gateway.live;

import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.VertxHandler;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a WebSocket was made of: Vert.x's handler keeps the function that made its connection, and by it the handshake, its request, its
 * answer and the connection of HTTP, which is half of what a WebSocket takes that waits for events. Nobody asks that function a second
 * time. Where the field is not to be had, as it may be in another version, the memory is kept and all else is as before.
 */
final class SpentHandshake {

    private static final Logger LOG = LoggerFactory.getLogger(SpentHandshake.class);
    private static final @Nullable Field MAKER = maker();

    private SpentHandshake() {}

    private static @Nullable Field maker() {
        try {
            Field field = VertxHandler.class.getDeclaredField("connectionFactory");
            field.setAccessible(true);
            return field;
        } catch (ReflectiveOperationException | RuntimeException absent) {
            LOG.debug("What WebSockets were made of is kept", absent);
            return null;
        }
    }

    /** Lets go of it, once the handshake was answered; of its headers too, among which may be a token. On the event loop. */
    static void forget(ServerWebSocket socket, VertxHandler<?> handler) {
        socket.headers().clear();
        if (MAKER != null) {
            try {
                MAKER.set(handler, null);
            } catch (IllegalAccessException kept) {
                LOG.debug("What a WebSocket was made of is kept", kept);
            }
        }
    }
}

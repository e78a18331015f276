package io.dataprism.gateway.live;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.gateway.Authenticator;
import io.dataprism.gateway.Authenticator.Identity;
import io.dataprism.gateway.OwnOrigin;
import io.dataprism.gateway.SocketOptions;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/ws}: what is checked before a request becomes a WebSocket. */
final class SocketUpgrade {

    private final LiveServices services;

    SocketUpgrade(LiveServices services) {
        this.services = services;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        requireUpgrade(request);
        requireSubprotocol(request);
        String token = TokenWatch.bearer(request.getHeader(HttpHeaders.AUTHORIZATION));
        if (token == null) {
            requireOwnOrigin(request);
        }
        if (services.connections().isDraining()) {
            throw new DataPrismException(ErrorCode.DRAINING, "This node is going away.", "Connect to another node.");
        }
        request.pause();
        identity(context, token)
                .map(identity -> {
                    upgrade(context, identity.orNull(), token);
                    return identity;
                })
                .onFailure(failure -> {
                    request.resume();
                    context.fail(failure);
                });
    }

    private void upgrade(RoutingContext context, @Nullable Identity identity, @Nullable String token) {
        LiveConnections.Place place =
                identity == null ? null : services.connections().admit(identity.user());
        context.request()
                .toWebSocket()
                .onSuccess(socket -> {
                    LiveSocket live =
                            new LiveSocket(services, socket, context.request().connection(), place);
                    live.open(identity, token);
                    socket.resume();
                })
                .onFailure(failure -> {
                    if (place != null) {
                        place.close();
                    }
                    if (!context.response().ended()) {
                        context.fail(Requests.invalid(
                                "The request could not become a WebSocket: " + failure.getMessage(),
                                "Send a WebSocket handshake of version 13."));
                    }
                });
    }

    /** The identity, or that there is none yet. */
    private record Known(@Nullable Identity orNull) {}

    private Future<Known> identity(RoutingContext context, @Nullable String token) {
        Identity known = context.get(Authenticator.IDENTITY);
        if (known != null || token == null) {
            return Future.succeededFuture(new Known(known));
        }
        return services.authenticator().authenticate(token).map(Known::new);
    }

    private static void requireUpgrade(HttpServerRequest request) {
        if (!request.canUpgradeToWebSocket()) {
            throw Requests.invalid(
                    "GET /v1/ws is a WebSocket, and this request is no handshake.",
                    "Connect with a WebSocket client and the subprotocol " + SocketOptions.SUBPROTOCOL + ".");
        }
    }

    private static void requireSubprotocol(HttpServerRequest request) {
        String offered = request.getHeader("Sec-WebSocket-Protocol");
        boolean ours = offered != null
                && Arrays.stream(offered.split(","))
                        .anyMatch(each -> each.strip().equals(SocketOptions.SUBPROTOCOL));
        if (!ours) {
            throw Requests.invalid(
                    "The handshake offers the subprotocols '" + (offered == null ? "" : offered) + "'.",
                    "Offer the subprotocol " + SocketOptions.SUBPROTOCOL + ".");
        }
    }

    /** A browser sends cookies to whoever asks it to, so with a cookie the page must be ours. */
    private static void requireOwnOrigin(HttpServerRequest request) {
        if (request.getHeader(HttpHeaders.COOKIE) == null) {
            return;
        }
        if (!OwnOrigin.of(request)) {
            throw new DataPrismException(
                    ErrorCode.PERMISSION_DENIED,
                    "A page of the origin '" + request.getHeader(HttpHeaders.ORIGIN)
                            + "' may not open a WebSocket here with a cookie.",
                    "Open it from the console, or without cookies and with an auth frame.");
        }
    }
}

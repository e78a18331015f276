package io.dataprism.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** WebSockets of the JDK's client. */
final class JdkWire implements Wire {

    private static final String SUBPROTOCOL = "dataprism.v1";
    private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);

    private final HttpClient http;
    private final URI address;
    private final Duration connectLimit;

    /** @param node scheme http or https, and authority */
    JdkWire(HttpClient http, URI node, Duration connectLimit) {
        this.http = http;
        String scheme = "https".equals(node.getScheme()) ? "wss" : "ws";
        this.address = URI.create(scheme + "://" + node.getRawAuthority() + "/v1/ws");
        this.connectLimit = connectLimit;
    }

    @Override
    public CompletionStage<Line> open(String token, Listener listener) {
        CompletableFuture<WebSocket> opening;
        try {
            opening = http.newWebSocketBuilder()
                    .subprotocols(SUBPROTOCOL)
                    .header("Authorization", "Bearer " + token)
                    .connectTimeout(connectLimit)
                    .buildAsync(address, new FrameReader(listener));
        } catch (IllegalArgumentException unusable) {
            return CompletableFuture.failedFuture(
                    ConnectionException.broken("The token cannot be sent: it is no text of a header.", unusable));
        }
        return opening.handle((socket, failure) -> {
            if (failure == null) {
                return new JdkLine(socket);
            }
            throw reason(failure);
        });
    }

    private ClientException reason(Throwable failure) {
        Throwable cause = Answers.cause(failure);
        if (cause instanceof WebSocketHandshakeException refused && refused.getResponse() != null) {
            HttpResponse<?> answer = refused.getResponse();
            byte[] body = answer.body() instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
            return Answers.refusal(answer.statusCode(), answer.headers(), body);
        }
        return ConnectionException.lost("No node answers at " + address + " (" + Answers.words(cause) + ").", cause);
    }

    private record JdkLine(WebSocket socket) implements Line {

        @Override
        public CompletionStage<?> send(String frame) {
            return socket.sendText(frame, true);
        }

        @Override
        public void end() {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                    .orTimeout(GOODBYE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((sent, failure) -> socket.abort());
        }
    }
}

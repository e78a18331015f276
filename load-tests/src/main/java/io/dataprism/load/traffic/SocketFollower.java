package io.dataprism.load.traffic;

import io.dataprism.load.history.Recorder;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Over a WebSocket, which answers pings. */
final class SocketFollower extends Follower {

    private static final long CONNECT_MILLIS = 2_000;

    private final WebSocketClient client;
    private final String topics;
    private @Nullable WebSocket socket;

    SocketFollower(
            Gateways gateways, Recorder recorder, String name, Gateway first, WebSocketClient client, String topics) {
        super(gateways, recorder, name, first);
        this.client = client;
        this.topics = topics;
    }

    @Override
    void connect(Gateway at, String from, int number) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(at.host())
                .setPort(at.port())
                .setURI("/v1/ws")
                .setConnectTimeout(CONNECT_MILLIS)
                .addSubProtocol("dataprism.v1")
                .putHeader("Authorization", "Bearer " + gateways().token());
        client.connect(options)
                .onFailure(refused -> lost(number, String.valueOf(refused)))
                .onSuccess(opened -> {
                    if (!heard(number)) {
                        opened.close();
                        return;
                    }
                    socket = opened;
                    opened.textMessageHandler(text -> frame(number, new JsonObject(text)));
                    opened.exceptionHandler(broken -> lost(number, String.valueOf(broken)));
                    opened.closeHandler(closed -> lost(number, "closed with " + opened.closeStatusCode()));
                    JsonObject subscribe = new JsonObject()
                            .put("op", "subscribe")
                            .put("id", "s")
                            .put("topics", new JsonArray().add(topics));
                    if (!from.isEmpty()) {
                        subscribe.put("cursor", from);
                    }
                    opened.writeTextMessage(subscribe.encode());
                });
    }

    private void frame(int number, JsonObject frame) {
        if (!heard(number)) {
            return;
        }
        switch (frame.getString("op")) {
            case "subscribed" -> isReady(frame.getString("cursor"));
            case "event" -> event(frame.getString("cursor"), frame.getJsonObject("event"));
            case "gap" -> gap(frame);
            case "error" -> {
                disconnect();
                lost(number, frame.encode());
            }
            default -> {
                // a pong
            }
        }
    }

    @Override
    void ask() {
        if (socket != null && !socket.isClosed()) {
            socket.writeTextMessage("{\"op\":\"ping\"}");
        }
    }

    @Override
    void disconnect() {
        if (socket != null) {
            socket.close();
        }
    }
}

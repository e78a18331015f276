package io.dataprism.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.gateway.contract.PublishedContract;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket client that keeps what it got. */
final class SocketClient {

    final WebSocket socket;
    final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    final BlockingQueue<Buffer> binaries = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();

    /** {@code token}: for the upgrade's header; null: none. */
    SocketClient(LiveServer server, @Nullable String token) throws Exception {
        WebSocketConnectOptions options = server.socketOptions();
        if (token != null) {
            options.putHeader("Authorization", "Bearer " + token);
        }
        ClientWebSocket opening = server.sockets.webSocket();
        opening.textMessageHandler(text -> frames.add(new JsonObject(text)));
        opening.binaryMessageHandler(binaries::add);
        opening.closeHandler(
                gone -> closed.complete(opening.closeStatusCode() == null ? -1 : (int) opening.closeStatusCode()));
        socket = opening.connect(options).await(10, TimeUnit.SECONDS);
    }

    SocketClient send(String frame) {
        socket.writeTextMessage(frame);
        return this;
    }

    JsonObject next(String op) throws InterruptedException {
        JsonObject frame = frames.poll(10, TimeUnit.SECONDS);
        assertThat(frame).as("a frame " + op).isNotNull();
        assertThat(frame.getString("op")).as(frame.encode()).isEqualTo(op);
        PublishedContract.assertFrame(frame);
        return frame;
    }

    String nextProblem() throws InterruptedException {
        return next("error").getJsonObject("problem").getString("code");
    }

    int closeCode() throws Exception {
        return closed.get(15, TimeUnit.SECONDS);
    }
}

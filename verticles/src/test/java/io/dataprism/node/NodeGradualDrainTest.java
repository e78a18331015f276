package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node that goes down with a few hundred subscribers. */
class NodeGradualDrainTest {

    private static final int STREAMS = 200;
    private static final int SOCKETS = 100;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger ready = new AtomicInteger();
    private final Queue<Long> endsNanos = new ConcurrentLinkedQueue<>();
    private final Queue<String> reasons = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    private void follow(HttpClient client, RunningNode node) {
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setHost("127.0.0.1")
                        .setPort(node.port())
                        .setURI("/v1/events?topic=team:*")
                        .putHeader("Authorization", "Bearer " + node.token))
                .compose(request -> request.send())
                .onSuccess(answer -> {
                    answer.exceptionHandler(broken::add);
                    answer.endHandler(end -> endsNanos.add(System.nanoTime()));
                    answer.handler(first -> ready.incrementAndGet());
                })
                .onFailure(broken::add);
    }

    private void connect(WebSocketClient client, RunningNode node) {
        client.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(node.port())
                        .setURI("/v1/ws")
                        .addSubProtocol("dataprism.v1")
                        .putHeader("Authorization", "Bearer " + node.token))
                .onSuccess(socket -> {
                    socket.closeHandler(gone -> ended(socket));
                    ready.incrementAndGet();
                })
                .onFailure(broken::add);
    }

    private void ended(WebSocket socket) {
        endsNanos.add(System.nanoTime());
        reasons.add(socket.closeStatusCode() + " " + socket.closeReason());
    }

    @Test
    void subscribersAreSentAwayInSlicesWithAWordAndTheNodeIsNotReadyMeanwhile() throws Exception {
        HttpClient streams =
                vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(STREAMS));
        WebSocketClient sockets = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(SOCKETS));
        RunningNode node = new RunningNode(folder);
        try {
            for (int each = 0; each < STREAMS; each++) {
                follow(streams, node);
            }
            for (int each = 0; each < SOCKETS; each++) {
                connect(sockets, node);
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> ready.get() >= STREAMS + SOCKETS);
            assertThat(node.text(node.request("/health/ready")).statusCode()).isEqualTo(200);

            Duration limit = Duration.ofSeconds(12);
            long began = System.nanoTime();
            Thread stopping = Thread.ofPlatform().start(() -> node.stop(limit));
            await().pollInterval(Duration.ofMillis(10))
                    .until(() -> node.text(node.request("/health/ready")).statusCode() == 503);
            assertThat(endsNanos.size()).as("ended when readiness was off").isLessThan(STREAMS + SOCKETS);
            assertThat(stopping.join(limit.plusSeconds(5))).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(limit);
        } finally {
            node.client.shutdownNow();
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> endsNanos.size() == STREAMS + SOCKETS);
        assertThat(broken).isEmpty(); // no body was cut off
        assertThat(reasons).hasSize(SOCKETS).allMatch(reason -> reason.matches("1012 retryAfterMs=\\d+"));
        Set<String> different = new HashSet<>(reasons);
        assertThat(different).hasSizeGreaterThan(SOCKETS / 2);
        List<Long> ends = new ArrayList<>(endsNanos);
        ends.sort(null);
        assertThat(ends.stream().map(nanos -> nanos / 100_000_000).distinct().count())
                .as("tenths of a second in which some ended")
                .isGreaterThan(5);
    }
}

package io.dataprism.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Byte streams through the host, against a real server that sends back what it gets. */
class ConnectTest {

    @TempDir
    static Path folder;

    private static final AtomicInteger OPEN = new AtomicInteger();
    private static PluginNode node;
    private static ServerSocket server;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(ConnectTest::serve);
        node = new PluginNode(folder);
        node.activate(
                "caller",
                PluginNode.permissions("network execute 127.0.0.1:" + server.getLocalPort(), "network execute *"),
                new JsonObject());
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    @Test
    void bytesFlowBothWaysInOrderThroughBoundedWindowsAndHalfClosedEnds() throws Exception {
        grant("network execute 127.0.0.1:" + server.getLocalPort());
        assertThat(connect(server.getLocalPort(), 5_000_000).getJsonArray("ok"))
                .isEqualTo(new JsonArray().add(5_000_000).add(5_000_000));
        assertThat(connect(server.getLocalPort(), 0).getJsonArray("ok"))
                .isEqualTo(new JsonArray().add(0).add(0));
        await().untilAsserted(() -> assertThat(OPEN).hasValue(0));
    }

    @Test
    void whatTheScopeDoesNotNameIsRefused() throws Exception {
        grant("network execute *");
        assertThat(connect(server.getLocalPort(), 1).getString("ok")).startsWith("PERMISSION_DENIED");
        grant("network execute 127.0.0.1:" + server.getLocalPort());
        assertThat(connect(1, 1).getString("ok")).startsWith("PERMISSION_DENIED");
        grant();
        assertThat(connect(server.getLocalPort(), 1).getString("ok")).startsWith("PERMISSION_DENIED");
    }

    @Test
    void thirtyTwoConnectionsMayBeOpenAtOnce() throws Exception {
        grant("network execute 127.0.0.1:" + server.getLocalPort());
        List<Object> outcomes = node.execute(
                        "caller",
                        "connectMany",
                        new JsonObject().put("port", server.getLocalPort()).put("count", 33))
                .getJsonArray("ok")
                .getList();
        assertThat(outcomes.subList(0, 32)).allMatch("open"::equals);
        assertThat(String.valueOf(outcomes.get(32))).contains("QUOTA_EXCEEDED");
        await().untilAsserted(() -> assertThat(OPEN).hasValue(0));
        assertThat(connect(server.getLocalPort(), 1).getJsonArray("ok")).hasSize(2);
    }

    private static JsonObject connect(int port, int bytes) throws Exception {
        return node.execute(
                "caller",
                "connect",
                new JsonObject().put("host", "127.0.0.1").put("port", port).put("bytes", bytes));
    }

    private static void grant(String... permissions) throws Exception {
        node.put("/v1/plugins/caller/grants", new JsonObject().put("permissions", PluginNode.permissions(permissions)));
    }

    private static void serve() {
        try {
            while (true) {
                Socket socket = server.accept();
                OPEN.incrementAndGet();
                Thread.ofPlatform().daemon().start(() -> echo(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException broken) {
            // the other side has gone
        } finally {
            OPEN.decrementAndGet();
        }
    }
}

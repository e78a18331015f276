package io.dataprism.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.dataprism.gateway.Limits;
import io.dataprism.gateway.jwt.JwtSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that cannot start, or is not to. */
class NodeStartTest {

    private static final Executor OWN_THREADS =
            task -> Thread.ofPlatform().daemon().start(task);

    @TempDir
    Path folder;

    private void start(String host, int port) throws NodeStartException {
        Node.start(new NodeConfiguration(
                host,
                port,
                folder.resolve("data"),
                folder,
                false,
                false,
                EngineConfiguration.DuckDb.defaults(),
                Limits.defaults()));
    }

    @Test
    void saysWhatToDoAboutItsAddressAndLetsGoOfItsFolder() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> start("127.0.0.1", taken.getLocalPort()))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("in use")
                    .hasMessageContaining("--port");
        }
        DataDirectory.open(folder.resolve("data")).close();

        assertThatThrownBy(() -> start("192.0.2.1", 0)) // an address of nobody's
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("cannot listen on 192.0.2.1:0")
                .hasMessageContaining("--host");
        DataDirectory.open(folder.resolve("data")).close();
    }

    @Test
    void isNotBegunWhereItIsToEndAlready() throws Exception {
        CompletableFuture<Void> end = CompletableFuture.completedFuture(null);
        NodeConfiguration configuration = RunningNode.configured(
                folder, Limits.defaults(), AccessSettings.defaults(), EventConfiguration.defaults());
        assertThatThrownBy(() -> Node.start(configuration, end)).isInstanceOf(StartEndedException.class);
        assertThat(folder.resolve("data")).doesNotExist();
    }

    /** A step that takes as long as somebody else likes: keys that are fetched from an address which does not answer. */
    @Test
    void endsInTheMiddleOfAStepAndLeavesNothing() throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            URI keys = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/keys");
            NodeConfiguration configuration = RunningNode.configured(
                    folder,
                    Limits.defaults(),
                    new AccessSettings(new JwtSettings(null, null, keys, null, null), List.of(), 1_000),
                    EventConfiguration.defaults());
            CompletableFuture<Socket> asking = CompletableFuture.supplyAsync(() -> accepted(silent), OWN_THREADS);
            CompletableFuture<Throwable> ended = CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> Node.start(configuration, end)), OWN_THREADS);
            try (Socket asked = asking.get(20, TimeUnit.SECONDS)) {
                end.complete(null);
                // the answer itself is waited for longer than this
                assertThat(ended.get(4, TimeUnit.SECONDS)).isInstanceOf(StartEndedException.class);
            }
        }
        DataDirectory.open(folder.resolve("data")).close();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .filteredOn(thread -> !before.contains(thread))
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("vert.x-") || name.contains("engine")));
    }

    private static Socket accepted(ServerSocket server) {
        try {
            return server.accept();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package io.dataprism.host;

import static io.dataprism.host.TestNode.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.Wish;
import io.dataprism.node.NodeIdentity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A change of the catalog takes seconds where a node is lost just then, and what the node has to do for its plugins takes none of them. */
@Timeout(60)
class WaitingChangeTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    Path folder;

    @Test
    void aPluginThatHasCrashedBeginsAgainWhileTheChangeOfAnotherWaits() throws Exception {
        try (TestNode node = new TestNode(
                folder, Vertx.vertx(), HostCluster.alone(new NodeIdentity("n1", "0.1.0")), new MemoryStreams())) {
            Catalog catalog = Catalog.open(Files.createDirectories(folder.resolve("data")), "0.1.0");
            TestNode.await(node.host.start(List.of(), () -> catalog));
            node.register("changed", "");
            node.active("crashed", "");
            CountDownLatch waits = new CountDownLatch(1);
            CountDownLatch goesOn = new CountDownLatch(1);
            CompletableFuture<?> turn = CompletableFuture.runAsync(() -> catalog.change("changed", entry -> {
                waits.countDown();
                await().atMost(SOON).until(() -> goesOn.await(SOON.toSeconds(), TimeUnit.SECONDS));
                return entry;
            }));
            assertThat(waits.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

            Future<?> change = node.ask(ADMIN, () -> node.host.activate("changed"));
            Future<?> settings = node.ask(ADMIN, () -> node.host.configure("crashed", new JsonObject()));
            node.processes.last().crash("killed by a test");
            await().atMost(SOON).until(() -> node.processes.children.size() == 2);
            await().atMost(SOON)
                    .until(() -> node.as(ADMIN, () -> node.host.get("crashed"))
                            .getString("state")
                            .equals("active"));
            assertThat(change.isComplete()).isFalse();
            assertThat(settings.isComplete()).isFalse();
            assertThat(catalog.get("changed").wish()).isEqualTo(Wish.INACTIVE);

            goesOn.countDown();
            turn.get(SOON.toSeconds(), TimeUnit.SECONDS);
            TestNode.await(change);
            TestNode.await(settings);
            assertThat(node.as(ADMIN, () -> node.host.get("changed")).getString("state"))
                    .isEqualTo("active");
        }
    }
}

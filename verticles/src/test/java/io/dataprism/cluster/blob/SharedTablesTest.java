package io.dataprism.cluster.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.cluster.LocalBlobs;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.dataset.DuckDbEngine;
import io.dataprism.core.dataset.TableSharing;
import io.dataprism.core.engine.EngineUser;
import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.plugin.Batch;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are all nodes': real engines and files over real connections. */
class SharedTablesTest {

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final MemoryCluster cluster = new MemoryCluster(vertx);
    private final ClusterKey key = ClusterKey.of(ClusterKey.newSecret());
    private final List<TablesNode> nodes = new ArrayList<>();

    private TablesNode node(String id) {
        return node(id, false);
    }

    private TablesNode node(String id, boolean sample) {
        TableSharing.Timing timing = new TableSharing.Timing(
                Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofMinutes(5));
        return node(id, timing, sample);
    }

    private TablesNode node(String id, TableSharing.Timing timing, boolean sample) {
        TablesNode node = new TablesNode(vertx, cluster, key, id, data(id), timing, sample);
        nodes.add(node);
        return node;
    }

    private Path data(String id) {
        try {
            return Files.createDirectories(folder.resolve(id));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void stop(TablesNode node) {
        nodes.remove(node);
        node.close();
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable holds) {
        Awaitility.await().ignoreExceptions().atMost(Duration.ofSeconds(15)).untilAsserted(holds);
    }

    @AfterEach
    void close() throws Exception {
        for (TablesNode node : nodes) {
            assertThat(node.incoming()).isEmpty();
        }
        List.copyOf(nodes).forEach(this::stop);
        BlobFixture.await(vertx.close());
    }

    @Test
    void whatIsLoadedOnOneNodeIsReadOnAllAtTheSameVersion() {
        TablesNode a = node("a");
        TablesNode b = node("b");
        TablesNode c = node("c");

        a.csv("t", Mode.CREATE, "n\n1\n");
        b.csv("t", Mode.APPEND, "n\n2\n");
        c.csv("t", Mode.APPEND, "n\n3\n");

        for (TablesNode each : nodes) {
            assertThat(each.version("t")).as("the load waited for all").isEqualTo(3);
            assertThat(each.rows("FROM t")).containsExactly(List.of(1L), List.of(2L), List.of(3L));
        }
        eventually(() -> {
            for (TablesNode each : nodes) {
                assertThat(each.rows("FROM t AT (VERSION => 1)")).containsExactly(List.of(1L));
                assertThat(each.blobs()).isEqualTo(a.blobs());
            }
        });
    }

    @Test
    void aFileIsOnTwoNodesBeforeALoadIsAnsweredAndAtOnceWhereThereIsOne() {
        TablesNode a = node("a");
        a.csv("alone", Mode.CREATE, "n\n1\n");
        TablesNode b = node("b");
        cluster.minority = true;
        DataPrismException refused =
                catchThrowableOfType(DataPrismException.class, () -> a.csv("t", Mode.CREATE, "n\n2\n"));

        assertThat(refused.code()).isEqualTo(ErrorCode.NO_MAJORITY);
        assertThat(b.blobs()).as("copied before the entry is changed").hasSizeGreaterThanOrEqualTo(1);
        assertThat(a.version("t")).isZero();
        assertThat(a.rows("FROM alone")).containsExactly(List.of(1L));
        cluster.minority = false;
        eventually(() -> assertThat(b.rows("FROM alone")).containsExactly(List.of(1L)));
    }

    @Test
    void conditionsAreTheClustersAndNotANodes() {
        TablesNode a = node("a");
        TablesNode b = node("b");
        a.csv("t", Mode.CREATE, "n\n1\n");
        b.csv("t", Mode.REPLACE, "n\n2\n", 1L);

        DataPrismException stale =
                catchThrowableOfType(DataPrismException.class, () -> a.csv("t", Mode.APPEND, "n\n3\n", 1L));
        DataPrismException exists =
                catchThrowableOfType(DataPrismException.class, () -> a.csv("t", Mode.CREATE, "n\n3\n"));
        DataPrismException dropped = catchThrowableOfType(
                DataPrismException.class, () -> a.engine.datasets().drop("t", 1L));

        assertThat(stale.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(exists.code()).isEqualTo(ErrorCode.TABLE_EXISTS);
        assertThat(dropped.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(a.rows("FROM t")).containsExactly(List.of(2L));
    }

    @Test
    void appendsOfTwoNodesAtOnceAllHold() throws Exception {
        TablesNode a = node("a");
        TablesNode b = node("b");
        a.csv("t", Mode.CREATE, "n\n0\n");
        int each = 15; // more than a table has files: some are written together
        List<CompletableFuture<Void>> loads = new ArrayList<>();
        for (TablesNode node : List.of(a, b)) {
            int base = node == a ? 100 : 200;
            loads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < each; i++) {
                    node.csv("t", Mode.APPEND, "n\n" + (base + i) + "\n");
                }
            }));
        }
        for (CompletableFuture<Void> load : loads) {
            load.get(60, TimeUnit.SECONDS);
        }

        List<List<Object>> rows = a.rows("FROM t");
        assertThat(rows).hasSize(1 + 2 * each).doesNotHaveDuplicates();
        eventually(() -> assertThat(b.rows("FROM t")).isEqualTo(rows));
        assertThat(a.version("t")).isEqualTo(1 + 2 * each);
    }

    @Test
    void aDroppedTableStaysDroppedAndItsNumbersGoOn() {
        TablesNode a = node("a");
        TablesNode b = node("b");
        a.csv("t", Mode.CREATE, "n\n1\n");
        a.csv("t", Mode.APPEND, "n\n2\n");
        stop(b);

        a.engine.datasets().drop("t", null);
        TablesNode again = node("b");

        eventually(() -> assertThat(again.version("t")).isZero());
        assertThat(a.version("t")).isZero();
        assertThat(again.csv("t", Mode.CREATE, "n\n3\n").table().version()).isEqualTo(3);
        assertThat(a.version("t")).isEqualTo(3);
    }

    @Test
    void aNodeWithAnEmptyDiskGetsAllTablesAndTheirOldVersionsAndDoesNotLoadTheSampleAgain() {
        TablesNode a = node("a", true);
        eventually(() -> assertThat(a.version("flights")).isEqualTo(1));
        a.engine.datasets().drop("flights", null);
        for (int i = 0; i < 5; i++) {
            a.csv("t" + i, Mode.CREATE, "n\n" + i + "\n");
            a.csv("t" + i, Mode.REPLACE, "n\n" + (10 + i) + "\n");
        }

        TablesNode b = node("b", true);

        eventually(() -> {
            for (int i = 0; i < 5; i++) {
                assertThat(b.rows("FROM t" + i)).containsExactly(List.of(10L + i));
                assertThat(b.rows("FROM t" + i + " AT (VERSION => 1)")).containsExactly(List.of((long) i));
            }
            assertThat(b.engine.datasets().problems()).isEmpty();
        });
        assertThat(Files.exists(data("b").resolve("sample.loaded"))).isTrue();
        assertThat(b.version("flights")).isZero();
    }

    @Test
    void whatANodeHadAloneIsOfferedAndWhatTheClusterKnowsHolds() {
        TablesNode a = node("a");
        a.csv("shared_one", Mode.CREATE, "n\n1\n");
        try (EngineUser alone = new EngineUser(TablesNode.alone(data("b")))) {
            DuckDbEngine engine = (DuckDbEngine) alone.engine;
            TablesNode.csv(engine, data("b"), "shared_one", Mode.CREATE, "m\nx\n", null);
            TablesNode.csv(engine, data("b"), "shared_one", Mode.REPLACE, "m\ny\n", null);
            TablesNode.csv(engine, data("b"), "own", Mode.CREATE, "m\nz\n", null);
        }

        TablesNode b = node("b");

        eventually(() -> {
            for (TablesNode each : nodes) {
                assertThat(each.rows("FROM shared_one")).containsExactly(List.of(1L));
                assertThat(each.rows("FROM own")).containsExactly(List.of("z"));
            }
        });
        assertThat(b.version("shared_one")).isEqualTo(1);
    }

    @Test
    void aTableOfANodeThatWasAloneIsChangedAsTheClusters() {
        try (EngineUser alone = new EngineUser(TablesNode.alone(data("a")))) {
            TablesNode.csv((DuckDbEngine) alone.engine, data("a"), "own", Mode.CREATE, "n\n1\n", null);
        }
        cluster.minority = true; // so that it cannot be offered yet
        TablesNode a = node("a");
        DataPrismException refused =
                catchThrowableOfType(DataPrismException.class, () -> a.csv("own", Mode.APPEND, "n\n2\n"));
        assertThat(refused.code()).isEqualTo(ErrorCode.NO_MAJORITY);
        assertThat(a.rows("FROM own")).containsExactly(List.of(1L));

        cluster.minority = false;
        a.csv("own", Mode.APPEND, "n\n2\n");

        assertThat(a.rows("FROM own")).containsExactly(List.of(1L), List.of(2L));
        assertThat(a.version("own")).isEqualTo(2);
    }

    @Test
    void aChangeOfWhichItWasNotKnownWhetherItWasMadeHoldsWithItsFile() {
        TablesNode a = node("a");
        cluster.indeterminate = true;
        DataPrismException unknown =
                catchThrowableOfType(DataPrismException.class, () -> a.csv("t", Mode.CREATE, "n\n1\n"));
        cluster.indeterminate = false;

        assertThat(unknown.code()).isEqualTo(ErrorCode.NO_MAJORITY);
        eventually(() -> assertThat(a.rows("FROM t")).containsExactly(List.of(1L)));
    }

    @Test
    void aFileThatIsNowhereIsNamedAndTheTableIsAsItWas() throws Exception {
        TablesNode a = node("a");
        TablesNode b = node("b");
        a.csv("old", Mode.CREATE, "n\n1\n");
        stop(b);
        a.csv("old", Mode.REPLACE, "n\n2\n");
        a.csv("lost", Mode.CREATE, "n\n3\n");
        String lost = a.engine.datasets().find("lost").files().getFirst().sha256();
        String newest = a.engine.datasets().find("old").files().getFirst().sha256();
        stop(a);

        TablesNode again = node("b");

        eventually(() -> assertThat(again.engine.datasets().problems()).containsKeys("old", "lost"));
        eventually(() -> assertThat(again.user.failure("FROM lost").code()).isEqualTo(ErrorCode.NODE_LOST));
        assertThat(again.user.failure("FROM lost").detail()).contains(lost);
        assertThat(again.engine.datasets().problems().get("old").detail()).contains(newest);
        assertThat(again.rows("FROM old")).containsExactly(List.of(1L));
        DataPrismException details =
                catchThrowableOfType(DataPrismException.class, () -> EngineUser.await(again.engine.table("lost")));
        assertThat(details.code()).isEqualTo(ErrorCode.NODE_LOST);

        node("a");
        eventually(() -> {
            assertThat(again.rows("FROM lost")).containsExactly(List.of(3L));
            assertThat(again.rows("FROM old")).containsExactly(List.of(2L));
            assertThat(again.engine.datasets().problems()).isEmpty();
        });
    }

    @Test
    void aFileThatVanishedFromTheDiskComesBack() throws Exception {
        TablesNode a = node("a");
        TablesNode b = node("b");
        a.csv("t", Mode.CREATE, "n\n1\n");
        stop(b);
        try (Stream<Path> files = Files.walk(data("b").resolve("blobs"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }

        TablesNode again = node("b");

        eventually(() -> assertThat(again.rows("FROM t")).containsExactly(List.of(1L)));
    }

    @Test
    void filesThatNobodyNamesGoAfterAWhileAndThoseThatAreTakenStay() {
        TableSharing.Timing longKept = new TableSharing.Timing(
                Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofMillis(100));
        TablesNode a = node("a", TablesNode.TIMING, false);
        TablesNode b = node("b", longKept, false);
        cluster.minority = true;
        catchThrowableOfType(DataPrismException.class, () -> a.csv("t", Mode.CREATE, "n\n1\n"));
        cluster.minority = false;
        a.csv("other", Mode.CREATE, "n\n2\n");
        String named = a.engine.datasets().find("other").files().getFirst().sha256();

        eventually(() -> assertThat(a.blobs()).containsExactly(named));
        assertThat(b.blobs()).as("the one that nobody names, and the other").hasSize(2);
    }

    @Test
    void aFileThatIsBeingSentOrReadIsNotDeletedUnderneath() {
        TablesNode a = node("a", TablesNode.TIMING, false);
        TablesNode b = node("b", TablesNode.TIMING, false);
        a.csv("t", Mode.CREATE, "n\n" + "12345\n".repeat(500_000));
        String digest = a.engine.datasets().find("t").files().getFirst().sha256();
        LocalBlobs.Held sending =
                a.engine.datasets().files(Duration.ZERO).hold(digest).orElseThrow();
        OpenedQuery reading = b.user.open(EngineUser.spec("FROM t"));
        long[] rows = {0};
        var reader = new reactor.core.publisher.BaseSubscriber<Batch>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(Batch batch) {
                rows[0] += batch.rowCount();
                batch.close();
            }
        };
        reading.batches().subscribe(reader);

        a.engine.datasets().drop("t", null);

        assertThat(b.version("t")).isZero();
        assertThat(a.blobs()).contains(digest);
        assertThat(b.blobs()).contains(digest);
        reader.requestUnbounded();
        sending.release().run();
        eventually(() -> {
            assertThat(rows[0]).isEqualTo(500_000);
            assertThat(a.blobs()).isEmpty();
            assertThat(b.blobs()).isEmpty();
        });
    }

    @Test
    void aNodeThatIsLateIsNotWaitedForTwice() {
        TablesNode a = node("a");
        cluster.join(FixedMembers.member("silent", null));
        long start = System.nanoTime();
        a.csv("t", Mode.CREATE, "n\n1\n");
        a.csv("t", Mode.APPEND, "n\n2\n");
        a.csv("t", Mode.APPEND, "n\n3\n");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(9));
        assertThat(a.versions.late()).isEqualTo(1);
    }

    @Test
    void nonsenseInTheMapIsIgnored() {
        TablesNode a = node("a");
        SharedMap map = cluster.map("stranger");
        map.put("t", 0, new byte[] {1, 2, 3});
        map.put("u", 0, new byte[] {99});
        map.put("v", 0, new byte[0]);
        map.put("../w", 0, new byte[] {1});
        map.put("x", 0, new byte[] {1, 1, 5, 5, 5});

        a.csv("y", Mode.CREATE, "n\n1\n");

        assertThat(a.rows("FROM y")).containsExactly(List.of(1L));
        assertThat(a.engine.datasets().problems()).isEmpty();
    }
}

package io.dataprism.cluster.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Role;
import io.dataprism.cluster.member.ClusterSettings;
import io.dataprism.cluster.member.JoinedCluster;
import io.dataprism.cluster.shared.HazelcastSharedMaps;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.dataset.DuckDbEngine;
import io.dataprism.core.dataset.TableSharing;
import io.dataprism.core.engine.EngineUser;
import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.fixtures.net.TestPorts;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of a cluster of real members, with nothing in memory that stands for anything. */
class RealMembersTest {

    private static final List<String> IDS = List.of("a", "b", "c");

    @TempDir
    Path folder;

    private final String name = "tables-" + UUID.randomUUID();
    private final ClusterKey key = ClusterKey.of(ClusterKey.newSecret());
    private final List<Integer> ports = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();

    private record Node(
            JoinedCluster joined,
            HazelcastSharedMaps maps,
            BlobServer server,
            PeerBlobFetcher fetcher,
            BlobTakes takes,
            EngineUser user,
            Path data) {

        DuckDbEngine engine() {
            return (DuckDbEngine) user.engine;
        }

        void csv(String table, Mode mode, String content) {
            TablesNode.csv(engine(), data, table, mode, content, null);
        }

        long rows() {
            return user.rows("FROM t").size();
        }

        /** As a process that is killed, as far as others see. */
        void crash() {
            joined.vertx().eventBus().addOutboundInterceptor(silenced -> {});
            joined.vertx().eventBus().addInboundInterceptor(silenced -> {});
            joined.hazelcast().getLifecycleService().terminate();
            BlobFixture.await(server.close());
        }

        /** What a killed process does not hold any more. */
        void bury() {
            user.close();
            fetcher.close();
            joined.vertx().close().otherwiseEmpty().await();
        }

        void close() {
            user.close();
            fetcher.close();
            BlobFixture.await(server.close());
            maps.close();
            joined.leave();
            joined.vertx().close().otherwiseEmpty().await();
        }
    }

    @BeforeEach
    void findPorts() {
        ports.addAll(TestPorts.take(2 * IDS.size()));
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    private Node start(String id) throws Exception {
        int index = IDS.indexOf(id);
        ClusterSettings settings = new ClusterSettings(
                name,
                "127.0.0.1",
                new ClusterSettings.Ports(
                        List.of(ports.get(index)), List.of(ports.get(IDS.size() + index)), List.of(0)),
                new ClusterSettings.Join.Addresses(ports.subList(0, IDS.size()).stream()
                        .map(port -> "127.0.0.1:" + port)
                        .toList()),
                key,
                null,
                true,
                1,
                EnumSet.allOf(Role.class),
                Map.of(),
                new ClusterSettings.Heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(5)));
        Member self = new Member(
                id, Long.toString(System.nanoTime()), "", settings.roles(), Map.of(), "0.1.0", true, null, false);
        JoinedCluster joined = JoinedCluster.join(
                settings,
                self,
                (config, majority) -> HazelcastSharedMaps.configure(
                        config.setProperty("hazelcast.partition.count", "31"), key, majority),
                Vertx.builder(),
                new VertxOptions());
        BusNodeCalls calls = new BusNodeCalls(id, joined.members());
        joined.vertx().deployVerticle(calls).await(20, TimeUnit.SECONDS);
        Path data = Files.createDirectories(folder.resolve(id));
        HazelcastSharedMaps maps = HazelcastSharedMaps.open(
                joined.watch(), data, joined.members()::hasMajority, joined::sight, joined::keepRoster);
        BlobLimits limits = BlobFixture.LIMITS;
        BlobServer server = BlobFixture.await(BlobServer.start(
                joined.vertx(), new PeerSettings("127.0.0.1", List.of(0), null), key, limits, new BlobCounters()));
        joined.become(
                new Member(id, self.incarnation(), "", self.roles(), Map.of(), "0.1.0", true, server.address(), false));
        PeerBlobFetcher fetcher =
                new PeerBlobFetcher(joined.vertx(), null, key, joined.members(), limits, new BlobCounters());
        DuckDbEngine engine = DuckDbEngine.openToShare(TablesNode.settings(data));
        BlobTakes takes = new BlobTakes(joined.vertx(), fetcher, limits);
        server.serve(TableSharing.KIND, engine.datasets().files(Duration.ofMinutes(5)));
        takes.serve(TableSharing.KIND, engine.datasets().files(Duration.ofMinutes(5)));
        takes.serve(calls);
        engine.datasets()
                .share(new TableSharing(
                        maps.map("tables"),
                        fetcher,
                        new PeerBlobReplicator(joined.vertx(), joined.members(), calls, (kind, any) -> true, limits),
                        new TableVersions(joined.members(), joined.states()),
                        false,
                        TableSharing.Timing.defaults()));
        Node node = new Node(joined, maps, server, fetcher, takes, new EngineUser(engine), data);
        nodes.add(node);
        return node;
    }

    private void stop(Node node) {
        nodes.remove(node);
        node.close();
    }

    /** What fails in the meantime is what it says in the end. */
    private static void eventually(ThrowingRunnable holds) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThatCode(holds::run).doesNotThrowAnyException());
    }

    private void awaitAll(int count) {
        eventually(() -> assertThat(nodes).allSatisfy(each -> {
            assertThat(each.joined().members().all()).hasSize(count);
            assertThat(each.joined().members().all()).allMatch(member -> member.peer() != null);
        }));
    }

    @Test
    void tablesOutliveANodeThatIsKilledAndAClusterThatIsStopped() throws Exception {
        Node a = start("a");
        Node b = start("b");
        Node c = start("c");
        awaitAll(3);
        // the majority is that of the three only when each has written itself into the list
        eventually(() -> assertThat(nodes)
                .allSatisfy(each -> assertThat(each.joined().sight()).contains("3 of 3")));
        a.csv("t", Mode.CREATE, "n\n1\n");
        assertThat(b.rows()).isEqualTo(1);
        assertThat(c.rows()).isEqualTo(1);
        b.csv("t", Mode.APPEND, "n\n2\n");
        eventually(() ->
                assertThat(nodes).allSatisfy(each -> assertThat(each.rows()).isEqualTo(2)));

        a.crash();
        nodes.remove(a);
        awaitAll(2);
        eventually(() -> b.csv("t", Mode.APPEND, "n\n3\n"));
        eventually(() -> assertThat(c.rows()).isEqualTo(3));
        c.crash();
        nodes.remove(c);
        eventually(() -> assertThat(b.joined().members().hasMajority()).isFalse());
        DataPrismException refused =
                catchThrowableOfType(DataPrismException.class, () -> b.csv("t", Mode.APPEND, "n\n4\n"));
        assertThat(refused.code()).isEqualTo(ErrorCode.NO_MAJORITY);
        assertThat(b.rows()).as("what is there is read").isEqualTo(3);
        a.bury();
        c.bury();
        stop(b);

        for (String id : IDS) {
            start(id);
        }
        awaitAll(3);
        eventually(() ->
                assertThat(nodes).allSatisfy(each -> assertThat(each.rows()).isEqualTo(3)));
        nodes.getFirst().csv("t", Mode.APPEND, "n\n4\n");
        eventually(() ->
                assertThat(nodes).allSatisfy(each -> assertThat(each.rows()).isEqualTo(4)));
    }
}

package io.dataprism.cluster.member;

import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Role;
import io.dataprism.cluster.shared.HazelcastSharedMaps;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.fixtures.net.TestPorts;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Nodes of a real cluster in this process, at free ports of loopback, without services. */
public final class TestCluster implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";

    private final String name = "test-" + UUID.randomUUID();
    private final ClusterKey key = ClusterKey.of(ClusterKey.newSecret());
    private final Path folder;
    private final List<Integer> ports;
    private final ClusterSettings.@Nullable Tls tls;
    private final List<Node> nodes = new ArrayList<>();

    /** One of them. */
    public record Node(String id, JoinedCluster joined, BusNodeCalls calls, HazelcastSharedMaps maps) {

        public Vertx vertx() {
            return joined.vertx();
        }

        /** Leaves without a word. */
        public void crash() {
            joined.vertx().eventBus().addOutboundInterceptor(silenced -> {});
            joined.vertx().eventBus().addInboundInterceptor(silenced -> {});
            joined.hazelcast().getLifecycleService().terminate();
        }

        void awaitMembers(int count) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> joined.members().all().size() == count);
        }
    }

    /**
     * @param folder for their data folders
     * @param most how many nodes it may have
     */
    public TestCluster(Path folder, int most, ClusterSettings.@Nullable Tls tls) throws IOException {
        this.folder = folder;
        this.ports = TestPorts.take(3 * most);
        this.tls = tls;
    }

    public ClusterKey key() {
        return key;
    }

    /** One more node, as a member. */
    public Node add(String id) throws Exception {
        return add(id, key);
    }

    Node add(String id, ClusterKey withKey) throws Exception {
        return add(id, withKey, nodes.size());
    }

    /** A node at the address of an earlier one, which is gone. @param place of that, from 0 */
    Node addInPlaceOf(int place, String id) throws Exception {
        return add(id, key, place);
    }

    /** Of the node that was added at that place, from 0: Hazelcast's and the bus's. */
    List<Integer> portsOfMembersAndBus(int place) {
        return List.of(ports.get(place), ports.get(ports.size() / 3 + place));
    }

    /** Takes the place of a node: whoever looks for it there is connected, and hears nothing. */
    ServerSocket addSilent(int place) throws IOException {
        return new ServerSocket(ports.get(place), 5, InetAddress.getByName(LOOPBACK));
    }

    private Node add(String id, ClusterKey withKey, int place) throws Exception {
        int index = nodes.size();
        List<Integer> hazelcast = ports.subList(0, ports.size() / 3);
        ClusterSettings settings = new ClusterSettings(
                name,
                LOOPBACK,
                new ClusterSettings.Ports(
                        List.of(hazelcast.get(place)),
                        List.of(ports.get(ports.size() / 3 + index)),
                        List.of(ports.get(2 * ports.size() / 3 + index))),
                new ClusterSettings.Join.Addresses(
                        hazelcast.stream().map(port -> LOOPBACK + ":" + port).toList()),
                withKey,
                tls,
                true,
                1,
                EnumSet.allOf(Role.class),
                Map.of(),
                new ClusterSettings.Heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(5)));
        Member self = new Member(id, "1", "", settings.roles(), settings.labels(), "0.1.0", true, null, false);
        JoinedCluster joined = JoinedCluster.join(
                settings,
                self,
                (config, majority) -> {
                    config.setProperty("hazelcast.partition.count", "31");
                    HazelcastSharedMaps.configure(config, withKey, majority);
                },
                Vertx.builder(),
                new VertxOptions());
        BusNodeCalls calls = new BusNodeCalls(id, joined.members());
        joined.vertx().deployVerticle(calls).await(20, TimeUnit.SECONDS);
        HazelcastSharedMaps maps = HazelcastSharedMaps.open(
                joined.watch(), folder.resolve(id), joined.members()::hasMajority, joined::sight, joined::keepRoster);
        Node node = new Node(id, joined, calls, maps);
        nodes.add(node);
        return node;
    }

    @Override
    public void close() throws Exception {
        for (Node node : nodes) {
            node.joined().leave();
            node.maps().close();
        }
        for (Node node : nodes) {
            node.vertx().close().otherwiseEmpty().await(30, TimeUnit.SECONDS);
        }
    }
}

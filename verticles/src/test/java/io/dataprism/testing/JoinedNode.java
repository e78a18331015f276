package io.dataprism.testing;

import io.dataprism.cluster.BusNodeCalls;
import io.dataprism.cluster.Member;
import io.dataprism.cluster.Role;
import io.dataprism.cluster.member.ClusterSettings;
import io.dataprism.cluster.member.JoinedCluster;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.fixtures.net.TestPorts;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A member of a real cluster in this process: Hazelcast and a clustered bus on loopback, and its calls to other nodes. */
public final class JoinedNode implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int PORTS_A_NODE = 3;

    public final String id;
    public final JoinedCluster cluster;
    public final Vertx vertx;
    public final BusNodeCalls calls;
    private boolean crashed;

    private JoinedNode(String id, JoinedCluster cluster) {
        this.id = id;
        this.cluster = cluster;
        this.vertx = cluster.vertx();
        this.calls = new BusNodeCalls(id, cluster.members());
        deploy(calls, new DeploymentOptions());
    }

    /** Nodes {@code node-0}, {@code node-1} ... that see each other, each with those roles. */
    public static List<JoinedNode> start(List<Set<Role>> roles) throws Exception {
        String name = "test-" + UUID.randomUUID();
        ClusterKey key = ClusterKey.of(ClusterKey.newSecret());
        List<Integer> ports = TestPorts.take(PORTS_A_NODE * roles.size());
        List<String> members = ports.subList(0, roles.size()).stream()
                .map(port -> LOOPBACK + ":" + port)
                .toList();
        List<JoinedNode> nodes = new ArrayList<>();
        for (int index = 0; index < roles.size(); index++) {
            ClusterSettings settings = new ClusterSettings(
                    name,
                    LOOPBACK,
                    new ClusterSettings.Ports(
                            List.of(ports.get(index)),
                            List.of(ports.get(roles.size() + index)),
                            List.of(ports.get(2 * roles.size() + index))),
                    new ClusterSettings.Join.Addresses(members),
                    key,
                    null,
                    true,
                    1,
                    roles.get(index),
                    Map.of(),
                    new ClusterSettings.Heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(8)));
            nodes.add(join("node-" + index, settings));
        }
        for (JoinedNode node : nodes) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> node.cluster.members().all().size() == roles.size());
        }
        return nodes;
    }

    private static JoinedNode join(String id, ClusterSettings settings) throws Exception {
        Member self = new Member(
                id,
                UUID.randomUUID().toString(),
                LOOPBACK + ":0",
                settings.roles(),
                settings.labels(),
                "0.1.0",
                settings.data(),
                null,
                false);
        return new JoinedNode(
                id, JoinedCluster.join(settings, self, (config, majority) -> {}, Vertx.builder(), new VertxOptions()));
    }

    /** Deploys, and is back when that is there. */
    public void deploy(Deployable verticle, DeploymentOptions options) {
        await(vertx.deployVerticle(verticle, options));
    }

    /** An outcome that comes within 30 s. */
    public static <T> T await(Future<T> future) {
        try {
            return future.await(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException late) {
            throw new AssertionError("not within 30 s", late);
        }
    }

    /** Leaves without a word, and says nothing more. */
    public void crash() {
        crashed = true;
        vertx.eventBus().addOutboundInterceptor(silenced -> {});
        vertx.eventBus().addInboundInterceptor(silenced -> {});
        cluster.hazelcast().getLifecycleService().terminate();
    }

    @Override
    public void close() {
        Future<Void> closed = vertx.close();
        // a member that was terminated cannot leave its cluster in order
        await(crashed ? closed.otherwiseEmpty() : closed);
    }
}

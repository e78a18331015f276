package io.dataprism.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import io.dataprism.fixtures.net.TestPorts;
import io.dataprism.testing.ArrowMemory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import reactor.core.publisher.Flux;

/** A node of a real cluster in this process: a Vert.x with a Hazelcast member, memory of its own, and its streams. */
final class ClusterNode implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";

    final String id;
    final Vertx vertx;
    final ArrowMemory memory = new ArrowMemory();
    final BusStreamEndpoint streams;
    private final HazelcastClusterManager cluster;
    private boolean crashed;

    private ClusterNode(String id, Vertx vertx, HazelcastClusterManager cluster, Duration lease) {
        this.id = id;
        this.vertx = vertx;
        this.cluster = cluster;
        this.streams = new BusStreamEndpoint(id, memory.allocator(), lease);
    }

    /** Nodes that see each other. */
    static List<ClusterNode> start(int count, Duration lease) throws Exception {
        String name = "streams-" + UUID.randomUUID();
        List<Integer> ports = TestPorts.take(count);
        List<ClusterNode> nodes = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            HazelcastClusterManager cluster = new HazelcastClusterManager(config(name, ports.get(index), ports));
            VertxOptions options = new VertxOptions()
                    .setEventBusOptions(new EventBusOptions().setHost(LOOPBACK).setConnectTimeout(2_000));
            Vertx vertx = Vertx.builder()
                    .with(options)
                    .withClusterManager(cluster)
                    .buildClustered()
                    .await(60, TimeUnit.SECONDS);
            ClusterNode node = new ClusterNode("node-" + index, vertx, cluster, lease);
            vertx.deployVerticle(node.streams).await(30, TimeUnit.SECONDS);
            nodes.add(node);
        }
        for (ClusterNode node : nodes) {
            nodes.forEach(node::awaitSight);
        }
        return nodes;
    }

    /** Registrations become visible some time after they are made. */
    private void awaitSight(ClusterNode other) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            StreamEndpoint.Inbound probe = other.streams.open();
            streams.send(probe.descriptor(), Flux.empty());
            try {
                return probe.batches().collectList().block(Duration.ofSeconds(5)) != null;
            } catch (RuntimeException notYet) {
                return false;
            }
        });
    }

    /** Leaves the cluster without a word, and says nothing more. */
    void crash() {
        crashed = true;
        vertx.eventBus().addOutboundInterceptor(silenced -> {});
        vertx.eventBus().addInboundInterceptor(silenced -> {});
        cluster.getHazelcastInstance().getLifecycleService().terminate();
    }

    /** No stream is open, all credit is back, and so is all memory. */
    void assertNothingIsLeft(Duration within) {
        Awaitility.await()
                .atMost(within)
                .untilAsserted(() -> assertThat(streams.counters())
                        .returns(0, StreamCounters::inbound)
                        .returns(0, StreamCounters::outbound)
                        .returns((long) BusStreamEndpoint.CREDIT_POOL, StreamCounters::creditLeft));
        memory.assertAllBack();
    }

    @Override
    public void close() throws Exception {
        Future<Void> closed = vertx.close();
        // a member that was terminated cannot leave its cluster in order
        (crashed ? closed.otherwiseEmpty() : closed).await(60, TimeUnit.SECONDS);
        memory.close();
    }

    private static Config config(String name, int port, List<Integer> ports) {
        Config config = new Config();
        config.setClusterName(name);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.max.join.seconds", "10");
        config.setProperty("hazelcast.partition.count", "31");
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs").setValueCollectionType("SET"));
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(port).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface(LOOPBACK);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true);
        ports.forEach(each -> join.getTcpIpConfig().addMember(LOOPBACK + ":" + each));
        return config;
    }
}

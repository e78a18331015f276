package io.dataprism.cluster.event;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.dataprism.cluster.member.MemberWatch;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.event.EventLog;
import io.dataprism.core.event.Topic;
import io.dataprism.fixtures.net.TestPorts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Nodes of a cluster in one process: real members on loopback, each with a log of its own. */
final class TestCluster implements AutoCloseable {

    static final EventLog.Limits LIMITS = new EventLog.Limits(20_000, 64 << 20, Duration.ofHours(1));

    /** Short, since many tests lose a node. */
    private static final Duration DOUBT = Duration.ofMillis(500);

    private final String name = "events-" + UUID.randomUUID();
    private final EventLog.Limits limits;
    private final ClusterKey key = ClusterKey.of(ClusterKey.newSecret());
    private final List<String> addresses = new CopyOnWriteArrayList<>();
    private final List<Node> nodes = new ArrayList<>();

    /** One of them. */
    record Node(String id, HazelcastInstance hazelcast, RingBufferEventLog log, AtomicBoolean majority) {

        /** As if its process were killed. */
        void kill() {
            hazelcast.getLifecycleService().terminate();
            log.close();
        }

        void leave() {
            log.close();
            hazelcast.shutdown();
        }

        String publish(String topic, String text) throws Exception {
            return log.publish(Topic.parse(topic), "/nodes/" + id, json(text))
                    .get(30, TimeUnit.SECONDS)
                    .cursor();
        }
    }

    TestCluster(int size) throws Exception {
        this(size, LIMITS);
    }

    TestCluster(int size, EventLog.Limits limits) throws Exception {
        this.limits = limits;
        for (int i = 0; i < size; i++) {
            join(false);
        }
    }

    static byte[] json(String text) {
        return ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
    }

    Node node(int index) {
        return nodes.get(index);
    }

    List<Node> nodes() {
        return nodes;
    }

    ClusterKey key() {
        return key;
    }

    Node join(boolean lite) throws Exception {
        HazelcastInstance hazelcast = Hazelcast.newHazelcastInstance(config(lite));
        AtomicBoolean majority = new AtomicBoolean(true);
        String id = "n" + addresses.size();
        RingBufferEventLog log =
                new RingBufferEventLog(watch(hazelcast), key, id, limits, InstantSource.system(), majority::get);
        Node node = new Node(id, hazelcast, log, majority);
        nodes.add(node);
        log.ready().get(30, TimeUnit.SECONDS);
        return node;
    }

    static MemberWatch watch(HazelcastInstance hazelcast) {
        return new MemberWatch(hazelcast, member -> false, DOUBT);
    }

    private Config config(boolean lite) throws Exception {
        int port = TestPorts.take();
        addresses.add("127.0.0.1:" + port);
        Config config = new Config().setClusterName(name).setLiteMember(lite);
        config.setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.partition.count", "31")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.max.join.seconds", "10")
                .setProperty("hazelcast.operation.fail.on.indeterminate.state", "true")
                .setProperty("hazelcast.operation.backup.timeout.millis", "1000")
                .setProperty("hazelcast.operation.thread.count", "2")
                .setProperty("hazelcast.operation.generic.thread.count", "2")
                .setProperty("hazelcast.io.thread.count", "1");
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false).setReuseAddress(true);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setMembers(List.copyOf(addresses));
        RingBufferEventLog.configure(config, limits);
        return config;
    }

    @Override
    public void close() {
        for (Node node : nodes) {
            node.log().close();
        }
        for (Node node : nodes) {
            node.hazelcast().getLifecycleService().terminate();
        }
    }
}

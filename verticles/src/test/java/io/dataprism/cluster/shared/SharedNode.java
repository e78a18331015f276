package io.dataprism.cluster.shared;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.dataprism.cluster.member.MemberWatch;
import io.dataprism.core.cluster.ClusterKey;
import io.dataprism.core.cluster.SharedMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A member of a cluster on this machine's loopback, with a data folder of its own. */
final class SharedNode implements AutoCloseable {

    /** Short, since many tests lose a node; all of one process are lost within an instant of each other. */
    private static final Duration DOUBT = Duration.ofMillis(500);

    final Path data;
    final int port;
    volatile boolean majority = true;
    HazelcastSharedMaps maps;
    HazelcastInstance hazelcast;
    MemberWatch watch;

    private final Config config;

    /** @param seeds ports of nodes that it joins; its own is one of them always */
    SharedNode(String cluster, ClusterKey key, Path data, int port, List<Integer> seeds) {
        this.data = data;
        this.port = port;
        this.config = config(cluster, port, seeds);
        HazelcastSharedMaps.configure(config, key, () -> majority);
        hazelcast = Hazelcast.newHazelcastInstance(config);
        watch = new MemberWatch(hazelcast, member -> false, DOUBT);
        maps = HazelcastSharedMaps.open(watch, data, () -> majority, () -> "this node sees what it sees", roster -> {});
    }

    private static Config config(String cluster, int port, List<Integer> seeds) {
        Config config = new Config().setClusterName(cluster);
        config.setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.partition.count", "31")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.max.join.seconds", "10")
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "8")
                .setProperty("hazelcast.merge.first.run.delay.seconds", "2")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "2")
                .setProperty("hazelcast.graceful.shutdown.max.wait", "10");
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        List<String> members = new ArrayList<>();
        seeds.forEach(seed -> members.add("127.0.0.1:" + seed));
        members.add("127.0.0.1:" + port);
        join.getTcpIpConfig().setEnabled(true).setMembers(members);
        return config;
    }

    SharedMap map(String name) {
        return maps.map(name);
    }

    /** Hazelcast's, as whoever reaches its port sees it. */
    IMap<String, byte[]> raw(String name) {
        return hazelcast.getMap("dataprism.shared." + name);
    }

    /** From now on it looks for another cluster's nodes too. */
    void alsoLookAt(int other) {
        config.getNetworkConfig().getJoin().getTcpIpConfig().addMember("127.0.0.1:" + other);
    }

    /** As a process that is killed: nothing is handed over. */
    void terminate() {
        maps.close();
        hazelcast.getLifecycleService().terminate();
    }

    @Override
    public void close() {
        maps.close();
        hazelcast.shutdown();
    }
}

package io.dataprism.cluster.member;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.instance.BuildInfoProvider;
import io.dataprism.cluster.Role;
import java.util.List;

/**
 * Hazelcast as this project wants it. The numbers are those of the promises: a node that is gone is noticed within the heartbeat's timeout, two
 * halves that see each other again are one within half a minute. Makes no connection by itself that was not asked for.
 */
final class HazelcastConfiguration {

    /** Copies of what is shared, beside the first: with three data members each has all of it. */
    static final int BACKUPS = 2;

    private static final String FIVE_SECONDS = "5";
    private static final int CONNECT_LIMIT_SECONDS = 2;

    private HazelcastConfiguration() {}

    /** Of a node, at one of its ports; the configuration of its own maps is their owners'. */
    static Config of(ClusterSettings settings, int port) {
        Config config = new Config();
        // minor versions do not talk to each other in this edition: with the version in the name they do not try
        config.setClusterName(
                settings.name() + "-hz" + minor(BuildInfoProvider.getBuildInfo().getVersion()));
        config.setLiteMember(!settings.data());
        properties(config, settings.heartbeat());
        network(config.getAdvancedNetworkConfig(), settings, port);
        config.getSerializationConfig().setJavaSerializationFilterConfig(serializable());
        bus(config);
        config.addMapConfig(
                new MapConfig(HazelcastNodeStates.MAP).setBackupCount(0).setAsyncBackupCount(BACKUPS));
        return config;
    }

    private static String minor(String version) {
        String[] parts = version.split("\\.");
        return parts[0] + "." + parts[1];
    }

    private static void properties(Config config, ClusterSettings.Heartbeat heartbeat) {
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.health.monitoring.level", "OFF");
        // else it listens on all interfaces, whatever it is told to bind to
        config.setProperty("hazelcast.socket.server.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.max.join.seconds", "30");
        config.setProperty(
                "hazelcast.heartbeat.interval.seconds",
                String.valueOf(heartbeat.interval().toSeconds()));
        config.setProperty(
                "hazelcast.max.no.heartbeat.seconds",
                String.valueOf(heartbeat.timeout().toSeconds()));
        config.setProperty("hazelcast.partial.member.disconnection.resolution.heartbeat.count", FIVE_SECONDS);
        config.setProperty("hazelcast.merge.first.run.delay.seconds", FIVE_SECONDS);
        config.setProperty("hazelcast.merge.next.run.delay.seconds", FIVE_SECONDS);
        config.setProperty("hazelcast.operation.call.timeout.millis", "20000");
        config.setProperty("hazelcast.operation.backup.timeout.millis", "2000");
        // what may or may not have happened is not called a success
        config.setProperty("hazelcast.operation.fail.on.indeterminate.state", "true");
        config.setProperty("hazelcast.graceful.shutdown.max.wait", "20");
        config.getMetricsConfig().setEnabled(false);
    }

    /**
     * A port that speaks to members and to nobody else. One that speaks several protocols would wait for its peer's choice with a thread
     * that spins, and with a node that is frozen for as long as it is: whatever else that thread has to send, heartbeats to those that are
     * well among it, is then not sent.
     */
    private static void network(AdvancedNetworkConfig network, ClusterSettings settings, int port) {
        ServerSocketEndpointConfig endpoint = new ServerSocketEndpointConfig()
                .setPort(port)
                .setPortAutoIncrement(false)
                .setReuseAddress(true)
                .setSocketConnectTimeoutSeconds(CONNECT_LIMIT_SECONDS)
                .setPublicAddress(settings.bind() + ":" + port);
        endpoint.getInterfaces().setEnabled(true).addInterface(settings.bind());
        network.setEnabled(true).setMemberEndpointConfig(endpoint);
        JoinConfig join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        switch (settings.join()) {
            case ClusterSettings.Join.Addresses(var members) -> {
                join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(CONNECT_LIMIT_SECONDS);
                members.forEach(join.getTcpIpConfig()::addMember);
            }
            case ClusterSettings.Join.Dns(String service) ->
                join.getKubernetesConfig()
                        .setEnabled(true)
                        .setProperty("service-dns", service)
                        .setProperty("service-dns-timeout", FIVE_SECONDS)
                        .setProperty("service-port", String.valueOf(port));
        }
    }

    /** What others may have this process make of bytes: Hazelcast's own classes and those of the bus's registrations. */
    private static JavaSerializationFilterConfig serializable() {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.getWhitelist().addPrefixes("com.hazelcast.", "io.vertx.spi.cluster.hazelcast.");
        return filter;
    }

    /**
     * What the bus keeps. Copies are made behind the answer: each node says its own again when one is lost, while an answer that waits for a
     * copy fails where partitions move, which they do when a node joins.
     */
    private static void bus(Config config) {
        config.addMultiMapConfig(new MultiMapConfig(RegistrationReaper.MAP)
                .setBackupCount(0)
                .setAsyncBackupCount(BACKUPS)
                .setValueCollectionType("SET"));
        for (String map : List.of("__vertx.haInfo", "__vertx.nodeInfo")) {
            config.addMapConfig(new MapConfig(map).setBackupCount(0).setAsyncBackupCount(BACKUPS));
        }
    }

    /** The roles as a text, for logs. */
    static String shown(ClusterSettings settings) {
        return String.join(
                        ", ",
                        settings.roles().stream().map(Role::label).sorted().toList())
                + (settings.data() ? "" : "; lite");
    }
}

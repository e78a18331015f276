package io.dataprism.cluster.member;

import io.dataprism.cluster.Role;
import io.dataprism.core.cluster.ClusterKey;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes a process a node of a cluster.
 *
 * @param name of the cluster, without Hazelcast's version
 * @param bind this node's address, at which other nodes reach it
 * @param ports of which those at the first place are taken at which all are free
 * @param join where others are
 * @param key what all nodes of the cluster have and nobody else
 * @param tls of the bus and between nodes; null: none, on loopback alone
 * @param data whether it keeps a share of what is shared; false: a lite member
 * @param quorum the least number of data members that must be seen for changes of what is shared
 * @param labels what plugins may ask of a node
 */
public record ClusterSettings(
        String name,
        String bind,
        Ports ports,
        Join join,
        ClusterKey key,
        @Nullable Tls tls,
        boolean data,
        int quorum,
        Set<Role> roles,
        Map<String, String> labels,
        Heartbeat heartbeat) {

    /** Ports to try, in order. */
    public record Ports(List<Integer> hazelcast, List<Integer> bus, List<Integer> peer) {

        public Ports {
            hazelcast = List.copyOf(hazelcast);
            bus = List.copyOf(bus);
            peer = List.copyOf(peer);
        }
    }

    /** How others are found. */
    public sealed interface Join {

        /** Addresses, {@code host:port} of Hazelcast. */
        record Addresses(List<String> members) implements Join {

            public Addresses {
                members = List.copyOf(members);
            }
        }

        /** A name whose addresses are those of the members, as a headless service of Kubernetes has. */
        record Dns(String service) implements Join {}
    }

    /** Files in PEM. @param ca whose certificates nodes have, and nobody else */
    public record Tls(Path ca, Path certificate, Path key) {}

    /**
     * How it is noticed that a node is gone without a word.
     *
     * @param interval at which members hear from each other, whole seconds
     * @param timeout after so long without a word a member is taken for gone, whole seconds
     */
    public record Heartbeat(Duration interval, Duration timeout) {}

    public ClusterSettings {
        roles = Set.copyOf(roles);
        labels = Map.copyOf(labels);
    }

    /** Whether nobody outside of this machine can reach that address. */
    public static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}

package io.dataprism.host;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.Role;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Rollout;
import io.dataprism.core.placement.PlaceableNode;
import io.dataprism.core.placement.Placement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where plugins belong, of the nodes that are there and take them. A node on which a plugin is quarantined is not given it again while there
 * is another. Any thread; nothing blocks.
 */
record PluginPlaces(HostCluster cluster, InstanceReports reports) {

    /** The nodes that are to run it, the first choice first. */
    List<String> of(CatalogEntry entry) {
        List<PlaceableNode> all = new ArrayList<>();
        List<PlaceableNode> healthy = new ArrayList<>();
        for (Member member : cluster.members().all()) {
            if (!member.takes(Role.PLUGINS) || !reports.speaks(member.id())) {
                continue;
            }
            Map<String, String> labels = cluster.everyLabel() ? entry.rollout().labels() : member.labels();
            PlaceableNode node = new PlaceableNode(member.id(), labels);
            all.add(node);
            boolean quarantined = reports.said(member.id(), entry.name())
                    .filter(InstanceReport::quarantined)
                    .isPresent();
            if (!quarantined) {
                healthy.add(node);
            }
        }
        Rollout rollout = entry.rollout();
        List<String> places = Placement.of(entry.name(), rollout, healthy);
        return places.isEmpty() ? Placement.of(entry.name(), rollout, all) : places;
    }

    boolean here(CatalogEntry entry) {
        return of(entry).contains(cluster.self());
    }

    /**
     * The number of an instance that begins here: the lowest that no other has. Where several begin at once, they get theirs in the order of
     * their nodes.
     */
    int replica(CatalogEntry entry) {
        Map<String, InstanceReport> instances = reports.of(entry.name());
        instances.remove(cluster.self());
        Set<Integer> taken = new HashSet<>();
        instances.values().forEach(report -> taken.add(report.replica()));
        int before = 0;
        for (String node : of(entry)) {
            if (node.equals(cluster.self())) {
                break;
            }
            InstanceReport there = instances.get(node);
            before += there == null || there.replica() == InstanceReport.NONE ? 1 : 0;
        }
        int replica = 0;
        while (taken.contains(replica) || before-- > 0) {
            replica++;
        }
        return replica;
    }

    /** Whether another instance has that number too, and more right to it. */
    boolean isDisputed(String plugin, int replica) {
        return reports.of(plugin).entrySet().stream()
                .anyMatch(other ->
                        other.getValue().replica() == replica && other.getKey().compareTo(cluster.self()) < 0);
    }

    /** Whether this node's instance is the one that does what is to be done once: the one of those that take calls with the lowest number. */
    boolean isFirst(String plugin) {
        if (!cluster.members().hasMajority()) {
            return false;
        }
        Map<String, InstanceReport> instances = reports.of(plugin);
        InstanceReport own = instances.get(cluster.self());
        return own != null
                && own.active()
                && instances.entrySet().stream()
                        .filter(other -> other.getValue().active())
                        .noneMatch(other -> other.getValue().replica() < own.replica()
                                || other.getValue().replica() == own.replica()
                                        && other.getKey().compareTo(cluster.self()) < 0);
    }
}

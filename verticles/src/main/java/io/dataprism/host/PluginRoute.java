package io.dataprism.host;

import io.dataprism.cluster.Member;
import io.dataprism.core.catalog.Catalog;
import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.error.DataPrismException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which instance of a plugin takes a call: this node's, where it has one; else that of the node which this one waits for least. What is
 * about to leave is asked only where there is nothing else. Any thread; nothing blocks.
 */
final class PluginRoute {

    private final Catalog catalog;
    private final HostCluster cluster;
    private final InstanceReports reports;
    private final PluginPlaces places;
    private final ToIntFunction<String> pending;
    private final BooleanSupplier stopping;
    private final AtomicInteger turn = new AtomicInteger();

    /** What is found. */
    sealed interface Found {

        /** An instance that takes calls. @param report what its node says of it */
        record There(String node, InstanceReport report) implements Found {}

        /** There will be one. */
        record OnItsWay() implements Found {}

        /** There is none. */
        record Nowhere(DataPrismException failure) implements Found {}
    }

    /**
     * @param pending how many calls this node waits for from a node
     * @param stopping whether this node ends its plugins
     */
    PluginRoute(
            Catalog catalog,
            HostCluster cluster,
            InstanceReports reports,
            PluginPlaces places,
            ToIntFunction<String> pending,
            BooleanSupplier stopping) {
        this.catalog = catalog;
        this.cluster = cluster;
        this.reports = reports;
        this.places = places;
        this.pending = pending;
        this.stopping = stopping;
    }

    /**
     * Finds an instance; {@code PLUGIN_NOT_FOUND}, {@code GRANTS_PENDING}.
     *
     * @param refused what nodes said of instances that have not taken this call: those are asked again when they say something else
     * @param only the one node that will do; null: any
     */
    Found find(String plugin, Map<String, InstanceReport> refused, @Nullable String only) {
        if (only != null) {
            // it knows best whether it has an instance: what it says may be on its way
            return new Found.There(only, reports.of(only, plugin).orElse(InstanceReport.UNHEARD));
        }
        String self = cluster.self();
        List<Found.There> staying = new ArrayList<>();
        List<Found.There> leaving = new ArrayList<>();
        for (Member member : cluster.members().all()) {
            InstanceReport report = reports.said(member.id(), plugin).orElse(null);
            if (report != null && report.active() && !report.equals(refused.get(member.id()))) {
                Found.There there = new Found.There(member.id(), report);
                if (member.id().equals(self) && !member.draining()) {
                    return there;
                }
                (member.draining() ? leaving : staying).add(there);
            }
        }
        Found.There best = staying.isEmpty() ? least(leaving) : least(staying);
        return best == null ? none(plugin) : best;
    }

    /** Equals take turns. */
    private Found.@Nullable There least(List<Found.There> nodes) {
        if (nodes.size() < 2) {
            return nodes.isEmpty() ? null : nodes.getFirst();
        }
        int first = Math.floorMod(turn.getAndIncrement(), nodes.size());
        List<Found.There> turned = new ArrayList<>(nodes.subList(first, nodes.size()));
        turned.addAll(nodes.subList(0, first));
        return turned.stream()
                .min(Comparator.comparingInt(there -> pending.applyAsInt(there.node())))
                .orElse(null);
    }

    private Found none(String plugin) {
        CatalogEntry entry = catalog.get(plugin);
        entry.grants().checkComplete(plugin);
        return isOnItsWay(entry) ? new Found.OnItsWay() : new Found.Nowhere(notActive(plugin));
    }

    /** Whether a node is to have it that has not failed with it. */
    private boolean isOnItsWay(CatalogEntry entry) {
        return entry.wish() == Wish.ACTIVE
                && cluster.members().hasMajority()
                && places.of(entry).stream()
                        .filter(node -> !(stopping.getAsBoolean() && node.equals(cluster.self())))
                        .anyMatch(node -> reports.of(node, entry.name())
                                .filter(InstanceReport::broken)
                                .isEmpty());
    }

    private DataPrismException notActive(String plugin) {
        Optional<InstanceReport> best =
                reports.of(plugin).values().stream().min(Comparator.comparingInt(InstanceReport::rank));
        return HostProblems.notActive(plugin, best.map(InstanceReport::state).orElse("registered"));
    }
}

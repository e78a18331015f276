package io.dataprism.host;

import io.dataprism.core.catalog.CatalogEntry;
import io.dataprism.core.catalog.Wish;
import io.dataprism.core.lifecycle.PluginState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a plugin is to be on this node, of what it is to be at all. One that has moved away stays until the nodes that it belongs to have it,
 * so that somebody always takes calls. Where most nodes cannot be seen, what runs goes on and nothing begins: the others may have it already.
 * Used on the reconciler's context.
 */
final class Residence {

    private static final Logger LOG = LoggerFactory.getLogger(Residence.class);
    private static final Duration LONGEST_MOVE = Duration.ofSeconds(60);

    private final HostCluster cluster;
    private final PluginPlaces places;
    private final InstanceReports reports;
    /** Since when what runs here belongs elsewhere. */
    private final Map<String, Long> leavingSince = new HashMap<>();

    Residence(HostCluster cluster, PluginPlaces places, InstanceReports reports) {
        this.cluster = cluster;
        this.places = places;
        this.reports = reports;
    }

    /** What it is to be here now. */
    Wish of(CatalogEntry entry, PluginInstance instance) {
        if (entry.wish() == Wish.INACTIVE) {
            return Wish.INACTIVE;
        }
        boolean runs = runs(instance.state());
        if (!cluster.members().hasMajority()) {
            return runs ? entry.wish() : Wish.INACTIVE;
        }
        List<String> nodes = places.of(entry);
        boolean belongs = nodes.contains(cluster.self());
        if (belongs || !runs) {
            leavingSince.remove(entry.name());
            return belongs ? entry.wish() : Wish.INACTIVE;
        }
        return isThere(entry, nodes) || tookTooLong(entry, nodes) ? Wish.INACTIVE : entry.wish();
    }

    /** Whether it has a process, or is about to. */
    static boolean runs(PluginState state) {
        return switch (state) {
            case PluginState.Resolved resolved -> true;
            case PluginState.Loaded loaded -> true;
            case PluginState.Active active -> true;
            case PluginState.Draining draining -> true;
            case PluginState.Registered registered -> false;
            case PluginState.Unloaded unloaded -> false;
            case PluginState.Failed failed -> false;
            case PluginState.Quarantined quarantined -> false;
        };
    }

    /** Whether what a node says is what the entry wishes for. */
    static boolean satisfies(InstanceReport report, Wish wish) {
        return switch (wish) {
            case ACTIVE -> report.active();
            case LOADED -> report.loaded();
            case INACTIVE -> !report.running();
        };
    }

    private boolean isThere(CatalogEntry entry, List<String> nodes) {
        return nodes.stream()
                .allMatch(node -> reports.of(node, entry.name())
                        .filter(report -> satisfies(report, entry.wish()))
                        .isPresent());
    }

    private boolean tookTooLong(CatalogEntry entry, List<String> nodes) {
        long now = System.nanoTime();
        Long since = leavingSince.putIfAbsent(entry.name(), now);
        if (since == null || now - since < LONGEST_MOVE.toNanos()) {
            return false;
        }
        LOG.warn(
                "Plugin {} ends here though it does not run on {} after {} s: it belongs there",
                entry.name(),
                nodes,
                LONGEST_MOVE.toSeconds());
        return true;
    }
}

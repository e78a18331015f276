package io.dataprism.load.chaos;

import io.dataprism.load.cluster.Cluster;
import io.dataprism.load.cluster.Node;
import java.util.Map;
import java.util.TreeMap;

/** Where plugins' processes are, by the processes themselves. */
final class Places {

    private Places() {}

    /** How many there are of each plugin on all nodes that run, frozen or not. */
    static Map<String, Integer> of(Cluster cluster) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Node node : cluster.nodes()) {
            node.plugins().forEach((plugin, count) -> counts.merge(plugin, count, Integer::sum));
        }
        return counts;
    }
}

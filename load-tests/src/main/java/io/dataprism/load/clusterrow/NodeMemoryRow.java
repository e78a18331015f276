package io.dataprism.load.clusterrow;

import io.dataprism.load.child.JavaHeap;
import io.dataprism.load.child.ProcessMemory;
import io.dataprism.load.cluster.Cluster;
import io.dataprism.load.cluster.Node;
import io.dataprism.load.measure.Await;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.measure.SettledBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a node of two keeps resident, without the processes of its plugins, when the bundled plugins are in the catalog, the system plugins
 * run, and its size has come to rest.
 */
public final class NodeMemoryRow implements Row<ClusterLab> {

    private static final Goal GOAL = new Goal.AtMost(350);
    private static final double MEBIBYTE = 1 << 20;
    private static final int LOOKS = 8;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<Outcome> measure(ClusterLab lab) throws Exception {
        List<Double> resident = new ArrayList<>();
        List<Double> heaps = new ArrayList<>();
        for (int round = 0; round < lab.rounds(); round++) {
            try (Cluster cluster = lab.newCluster("")) {
                cluster.startAll(ClusterLab.FORMED);
                for (Node node : cluster.nodes()) {
                    rest(lab, node);
                    // what the collector has not looked at yet is given back in a while
                    heaps.add(JavaHeap.collectedBytes(node.pid()) / MEBIBYTE);
                    rest(lab, node);
                    resident.add(ProcessMemory.of(node.pid()).residentBytes() / MEBIBYTE);
                }
            }
        }
        Samples found = Samples.of(resident);
        return List.of(new Outcome(
                name(),
                "each of two nodes, after a collection",
                "MiB",
                found.median(),
                null,
                found.median(),
                GOAL.text(),
                GOAL.isMetBy(found.median()),
                lab.rounds(),
                Map.of("least", found.least(), "most", found.most()),
                Map.of("javaHeapUsedMiB", Samples.of(heaps).median())));
    }

    private static void rest(ClusterLab lab, Node node) throws Exception {
        SettledBytes settled = new SettledBytes(2 * MEBIBYTE, lab.count(LOOKS, 1));
        Await.atMost(
                LIMIT, LOOK, () -> settled.isStill(ProcessMemory.of(node.pid()).residentBytes()));
    }
}

package io.dataprism.load.clusterrow;

import io.dataprism.load.cluster.Cluster;
import io.dataprism.load.cluster.Node;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From the start of a second node's process, with the configuration that a user has who gives none, until it has answered a query; with an
 * empty disk, and with the one that it had.
 */
public final class SecondNodeRow implements Row<ClusterLab> {

    private static final Goal GOAL = new Goal.AtMost(5);
    private static final double NANOS_OF_A_SECOND = 1e9;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public List<Outcome> measure(ClusterLab lab) throws Exception {
        List<Double> empty = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        try (Cluster cluster = lab.newCluster("")) {
            first.add(cluster.node(0).start().toNanos() / NANOS_OF_A_SECOND);
            Node second = cluster.node(1);
            for (int round = 0; round < lab.rounds(); round++) {
                second.wipe();
                empty.add(start(cluster, second));
                again.add(start(cluster, second));
            }
        }
        Map<String, Object> more = Map.of("firstNodeSeconds", first.getFirst());
        return List.of(outcome("with an empty disk", empty, more), outcome("with its disk", again, more));
    }

    /** Starts it, waits for an answer, and stops it again. */
    private static double start(Cluster cluster, Node second) throws Exception {
        long start = System.nanoTime();
        second.start();
        second.api().query("select 42 as answer").expect(200);
        double seconds = (System.nanoTime() - start) / NANOS_OF_A_SECOND;
        cluster.awaitMembers(ClusterLab.FORMED);
        second.stop();
        return seconds;
    }

    private Outcome outcome(String data, List<Double> seconds, Map<String, Object> more) {
        Samples found = Samples.of(seconds);
        return new Outcome(
                name(),
                data,
                "s",
                found.median(),
                null,
                found.median(),
                GOAL.text(),
                GOAL.isMetBy(found.median()),
                found.size(),
                Map.of("least", found.least(), "most", found.most()),
                more);
    }
}

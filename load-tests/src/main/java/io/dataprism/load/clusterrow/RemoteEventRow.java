package io.dataprism.load.clusterrow;

import io.dataprism.load.cluster.Node;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.traffic.EventTimes;
import io.dataprism.load.traffic.Gateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From the moment when an event was due at one node's gateway until it was told at the other's, 1,000 a second, over WebSockets. */
public final class RemoteEventRow implements Row<ClusterLab> {

    private static final Goal GOAL = new Goal.AtMost(10);
    private static final int PER_SECOND = 1_000;
    private static final int EVENTS_OF_A_ROUND = 5_000;

    /** Until the nodes are done with compiling, which takes what processors there are. */
    private static final int WARM_UP_ROUNDS = 3;

    private static final double TAIL = 99;

    @Override
    public String name() {
        return "events";
    }

    @Override
    public List<Outcome> measure(ClusterLab lab) throws Exception {
        List<Double> all = new ArrayList<>();
        List<Double> tails = new ArrayList<>();
        List<Double> same = new ArrayList<>();
        int events = lab.count(EVENTS_OF_A_ROUND, 100);
        try (EventTimes times = new EventTimes(
                        gateway(lab.cluster().node(0)), gateway(lab.cluster().node(1)), token(lab));
                EventTimes own = new EventTimes(
                        gateway(lab.cluster().node(0)), gateway(lab.cluster().node(0)), token(lab))) {
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                times.run(PER_SECOND, events);
                own.run(PER_SECOND, events);
            }
            for (int round = 0; round < lab.rounds(); round++) {
                List<Double> millis = times.run(PER_SECOND, events);
                tails.add(Samples.of(millis).percentile(TAIL));
                all.addAll(millis);
                same.addAll(own.run(PER_SECOND, events));
            }
        }
        Samples found = Samples.of(all);
        Samples rounds = Samples.of(tails);
        double tail = found.percentile(TAIL);
        return List.of(new Outcome(
                name(),
                "p99 from one node to the other, 1,000 a second",
                "ms",
                tail,
                null,
                tail,
                GOAL.text(),
                GOAL.isMetBy(tail),
                lab.rounds(),
                Map.of("leastOfRounds", rounds.least(), "mostOfRounds", rounds.most()),
                Map.of(
                        "p50", found.median(),
                        "most", found.most(),
                        "events", found.size(),
                        "onOneNodeP50", Samples.of(same).median(),
                        "onOneNodeP99", Samples.of(same).percentile(TAIL))));
    }

    private static String token(ClusterLab lab) throws IOException, InterruptedException {
        return lab.cluster().node(0).api().token();
    }

    private static Gateway gateway(Node node) {
        return new Gateway(node.name(), node.place().host(), node.place().port());
    }
}

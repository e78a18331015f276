package io.dataprism.load.eventrow;

import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What healthy subscribers notice of one in a hundred that reads nothing: p99 from publishing to receiving with them, by the same
 * without, at half of the greatest rate. Each round opens its subscribers anew and publishes for a while first, so that what the kernel
 * keeps for those who do not read is full, and the service's own bounds are reached.
 */
public final class StalledRow implements EventRow {

    private static final Goal GOAL = new Goal.AtMost(1.2);
    private static final int ONE_OF = 100;
    private static final int FILL_MILLIS = 4_000;
    private static final int RUN_MILLIS = 4_000;

    @Override
    public String name() {
        return "stalled";
    }

    @Override
    public List<Outcome> measure(EventLab lab) throws Exception {
        Side side = lab.ours(Side.WEB_SOCKET);
        int count = lab.count(LatencyRow.SUBSCRIBERS, 100);
        double rate;
        try (Crowd crowd = lab.crowd(side, 1)) {
            crowd.subscribe(count, 0, 0);
            rate = LatencyRow.greatest(lab, crowd) / 2;
        }
        List<Heard> with = new ArrayList<>();
        List<Heard> without = new ArrayList<>();
        for (int round = 0; round < lab.rounds(); round++) {
            if (round % 2 == 0) {
                with.add(run(lab, side, count, count / ONE_OF, rate));
                without.add(run(lab, side, count, 0, rate));
            } else {
                without.add(run(lab, side, count, 0, rate));
                with.add(run(lab, side, count, count / ONE_OF, rate));
            }
        }
        return List.of(outcome(count, rate, with, without));
    }

    private static Heard run(EventLab lab, Side side, int count, int stalled, double rate) throws IOException {
        try (Crowd crowd = lab.crowd(side, 1)) {
            crowd.subscribe(count, 0, stalled);
            crowd.stall();
            crowd.run(LatencyRow.PUBLISHERS, lab.count(FILL_MILLIS, 100)).require(side);
            return crowd.paced(LatencyRow.PUBLISHERS, lab.count(RUN_MILLIS, 300), rate)
                    .require(side);
        }
    }

    private Outcome outcome(int count, double rate, List<Heard> with, List<Heard> without) {
        Samples stalled = Samples.of(with.stream().map(Heard::p99Micros).toList());
        Samples healthy = Samples.of(without.stream().map(Heard::p99Micros).toList());
        double ratio = stalled.median() / healthy.median();
        return new Outcome(
                name(),
                "p99 of the others, " + count / ONE_OF + " of " + count + " do not read, against none",
                "us",
                stalled.median(),
                healthy.median(),
                ratio,
                GOAL.text(),
                GOAL.isMetBy(ratio),
                stalled.size(),
                Map.of(
                        "oursLeast", stalled.least(),
                        "oursMost", stalled.most(),
                        "againstLeast", healthy.least(),
                        "againstMost", healthy.most()),
                Map.of(
                        "eventsPerSecond",
                        rate,
                        "p50Micros",
                        Samples.of(with.stream().map(Heard::p50Micros).toList()).median(),
                        "againstP50Micros",
                        Samples.of(without.stream().map(Heard::p50Micros).toList())
                                .median()));
    }
}

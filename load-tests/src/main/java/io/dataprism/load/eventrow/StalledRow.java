package io.dataprism.load.eventrow;

import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What healthy subscribers notice of one in a hundred that reads nothing: p99 from publishing to receiving with them, by the same
 * without, at half of the greatest rate. Each round opens its subscribers anew and publishes for a while first, so that what the kernel
 * keeps for those who do not read is full; where that was too little to fill it, the row is not judged.
 */
public final class StalledRow implements Row<EventLab> {

    private static final Goal GOAL = new Goal.AtMost(1.2);
    private static final int ONE_OF = 100;
    private static final int FILL_EVENTS = 2_000;
    private static final int FILL_LIMIT_MILLIS = 60_000;
    private static final long FULL_BYTES = 256 * 1024;
    private static final int RUN_MILLIS = 4_000;

    /**
     * A round.
     *
     * @param unreadBytes that were published for those who read nothing, before it was measured
     */
    private record Round(Heard heard, long unreadBytes) {}

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
        List<Round> with = new ArrayList<>();
        List<Round> without = new ArrayList<>();
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

    private static Round run(EventLab lab, Side side, int count, int stalled, double rate) throws IOException {
        try (Crowd crowd = lab.crowd(side, 1)) {
            crowd.subscribe(count, 0, stalled);
            crowd.stall();
            Heard filled = crowd.events(LatencyRow.PUBLISHERS, lab.count(FILL_EVENTS, 10), FILL_LIMIT_MILLIS)
                    .require(side);
            Heard heard = crowd.paced(LatencyRow.PUBLISHERS, lab.count(RUN_MILLIS, 300), rate)
                    .require(side);
            return new Round(heard, filled.published() * filled.messageBytes());
        }
    }

    private static Samples micros(List<Round> rounds, ToDoubleFunction<Heard> figure) {
        return Samples.of(
                rounds.stream().map(round -> figure.applyAsDouble(round.heard)).toList());
    }

    private Outcome outcome(int count, double rate, List<Round> with, List<Round> without) {
        Samples stalled = micros(with, Heard::p99Micros);
        Samples healthy = micros(without, Heard::p99Micros);
        long unreadBytes = with.stream().mapToLong(Round::unreadBytes).min().orElse(0);
        double ratio = stalled.median() / healthy.median();
        return new Outcome(
                name(),
                "p99 of the others, " + count / ONE_OF + " of " + count + " do not read, against none",
                "us",
                stalled.median(),
                healthy.median(),
                ratio,
                GOAL.text(),
                unreadBytes < FULL_BYTES ? null : GOAL.isMetBy(ratio),
                stalled.size(),
                Map.of(
                        "oursLeast", stalled.least(),
                        "oursMost", stalled.most(),
                        "againstLeast", healthy.least(),
                        "againstMost", healthy.most()),
                Map.of(
                        "eventsPerSecond", rate,
                        "unreadBytes", unreadBytes,
                        "judgedFromUnreadBytes", FULL_BYTES,
                        "p50Micros", micros(with, Heard::p50Micros).median(),
                        "againstP50Micros", micros(without, Heard::p50Micros).median()));
    }
}

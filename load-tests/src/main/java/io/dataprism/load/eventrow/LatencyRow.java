package io.dataprism.load.eventrow;

import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * From publishing to receiving, a thousand subscribers of one topic, 4 publishers that publish at times which are fixed beforehand: half
 * as often as ours can at most. All sides get the same rate, and the peer with the lowest figure counts. Time begins when the event was
 * due, so that a server which takes events late does not look quick.
 */
public final class LatencyRow implements Row<EventLab> {

    static final int SUBSCRIBERS = 1_000;
    static final int PUBLISHERS = 4;

    private static final Goal GOAL = new Goal.AtMost(1.5);
    private static final int RUN_MILLIS = 4_000;
    private static final int GREATEST_MILLIS = 3_000;
    private static final List<String> PEERS = List.of("nchan", "nats", "bun");
    private static final double HALF = 0.5;

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String missing(EventLab lab) {
        return PEERS.stream().anyMatch(lab::has) ? "" : "no peer is there.";
    }

    @Override
    public List<Outcome> measure(EventLab lab) throws Exception {
        try (Crowds crowds = new Crowds(lab, Side.WEB_SOCKET, PEERS)) {
            crowds.subscribe(lab.count(SUBSCRIBERS, 20));
            double rate = HALF * greatest(lab, crowds.ours());
            Contest contest = Contest.hold(
                    crowds.all(), 1, lab.rounds(), crowd -> crowd.paced(PUBLISHERS, lab.count(RUN_MILLIS, 300), rate));
            List<Outcome> outcomes = new ArrayList<>();
            outcomes.add(outcome("p50", contest, crowds.peers(), Heard::p50Micros, rate));
            outcomes.add(outcome("p99", contest, crowds.peers(), Heard::p99Micros, rate));
            return outcomes;
        }
    }

    /** Events a second that ours takes at most, once it is warm. */
    static double greatest(EventLab lab, Crowd crowd) throws Exception {
        Heard found = crowd.run(PUBLISHERS, lab.count(GREATEST_MILLIS, 100));
        for (int round = 0; round < lab.count(2, 1); round++) {
            found = crowd.run(PUBLISHERS, lab.count(GREATEST_MILLIS, 200));
        }
        return found.require(crowd.side()).publishedPerSecond();
    }

    private Outcome outcome(
            String figure, Contest contest, List<String> peers, ToDoubleFunction<Heard> micros, double rate) {
        String best = peers.stream()
                .filter(peer -> contest.amiss(peer).isEmpty())
                .min(Comparator.comparingDouble(peer -> contest.median(peer, micros)))
                .orElse(peers.getFirst());
        double mine = contest.median(Side.OURS, micros);
        double theirs = contest.median(best, micros);
        Samples spread = contest.samples(Side.OURS, micros);
        Samples others = contest.samples(best, micros);
        Map<String, Object> more = new HashMap<>(contest.more(best));
        more.put("best", best);
        more.put("eventsPerSecond", rate);
        for (String peer : peers) {
            more.put(peer + "Micros", contest.median(peer, micros));
            more.put(peer + "Amiss", contest.amiss(peer));
        }
        return new Outcome(
                name(),
                figure + " at half of our greatest rate, against the best peer",
                "us",
                mine,
                theirs,
                mine / theirs,
                GOAL.text(),
                contest.amiss(best).isEmpty() ? GOAL.isMetBy(mine / theirs) : null,
                spread.size(),
                Map.of(
                        "oursLeast", spread.least(),
                        "oursMost", spread.most(),
                        "againstLeast", others.least(),
                        "againstMost", others.most()),
                more);
    }
}

package io.dataprism.load.eventrow;

import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Ten thousand subscribers of a thousand topics, 16 publishers that take the topics in turn. Ours has ten among them that follow a
 * hundred topics each by a pattern; Nchan, which has no patterns, has none. Ten thousand connections do not stay open at both at once,
 * so each round opens them anew.
 */
public final class TopicsRow implements Row<EventLab> {

    private static final String PEER = "nchan";
    private static final Goal GOAL = new Goal.AtLeast(0.8);
    private static final int SUBSCRIBERS = 10_000;
    private static final int TOPICS = 1_000;
    private static final int PATTERNS = 10;
    private static final int PUBLISHERS = 16;
    private static final int RUN_MILLIS = 4_000;
    private static final int WARM_UP_MILLIS = 2_000;

    @Override
    public String name() {
        return "topics";
    }

    @Override
    public String missing(EventLab lab) {
        return lab.has(PEER) ? lab.missingFor(SUBSCRIBERS) : PEER + " is absent.";
    }

    @Override
    public List<Outcome> measure(EventLab lab) throws Exception {
        List<Side> sides = List.of(lab.ours(Side.WEB_SOCKET), lab.peer(PEER, Side.WEB_SOCKET));
        Contest contest = new Contest();
        int warmUps = lab.count(1, 0);
        for (int round = 0; round < warmUps + lab.rounds(); round++) {
            for (Side side : round % 2 == 0 ? sides : sides.reversed()) {
                Heard found = run(lab, side);
                if (round >= warmUps) {
                    contest.add(side, found);
                }
            }
        }
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(contest.rates(
                name(),
                lab.count(SUBSCRIBERS, 220) + " subscribers, " + topics(lab) + " topics, patterns at ours",
                PEER,
                GOAL));
        return outcomes;
    }

    private static Heard run(EventLab lab, Side side) throws IOException {
        try (Crowd crowd = lab.crowd(side, topics(lab))) {
            crowd.subscribe(lab.count(SUBSCRIBERS, 220), side.isOurs() ? lab.count(PATTERNS, 2) : 0, 0);
            crowd.run(PUBLISHERS, lab.count(WARM_UP_MILLIS, 50));
            return crowd.run(PUBLISHERS, lab.count(RUN_MILLIS, 200));
        }
    }

    private static int topics(EventLab lab) {
        return lab.count(TOPICS, 200);
    }
}

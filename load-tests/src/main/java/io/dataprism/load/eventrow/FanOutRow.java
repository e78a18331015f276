package io.dataprism.load.eventrow;

import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One topic, a thousand subscribers, 4 and 16 publishers: delivered messages a second. */
public final class FanOutRow implements Row<EventLab> {

    private static final int SUBSCRIBERS = 1_000;
    private static final int RUN_MILLIS = 3_000;
    private static final int WARM_UPS = 3;
    private static final List<Integer> PUBLISHERS = List.of(4, 16);

    private final String name;
    private final String transport;
    private final Map<String, Goal> goals;

    private FanOutRow(String name, String transport, Map<String, Goal> goals) {
        this.name = name;
        this.transport = transport;
        this.goals = goals;
    }

    /** To WebSockets. */
    public static Row<EventLab> sockets() {
        Map<String, Goal> goals = new LinkedHashMap<>();
        goals.put("nchan", new Goal.AtLeast(1.5));
        goals.put("nats", new Goal.AtLeast(1.0));
        goals.put("bun", new Goal.AtLeast(0.9));
        return new FanOutRow("fan-out", Side.WEB_SOCKET, goals);
    }

    /** To streams of server-sent events. */
    public static Row<EventLab> streams() {
        return new FanOutRow("fan-out-sse", Side.SSE, Map.of("nchan", new Goal.AtLeast(1.0)));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String missing(EventLab lab) {
        return goals.keySet().stream().anyMatch(lab::has) ? "" : "no peer is there.";
    }

    @Override
    public List<Outcome> measure(EventLab lab) throws Exception {
        try (Crowds crowds = new Crowds(lab, transport, List.copyOf(goals.keySet()))) {
            crowds.subscribe(lab.count(SUBSCRIBERS, 20));
            List<Outcome> outcomes = new ArrayList<>();
            for (int publishers : PUBLISHERS) {
                int millis = lab.count(RUN_MILLIS, 200);
                Contest contest = Contest.hold(
                        crowds.all(), lab.count(WARM_UPS, 1), lab.rounds(), crowd -> crowd.run(publishers, millis));
                for (String peer : crowds.peers()) {
                    outcomes.add(contest.rates(
                            name, publishers + " publishers", peer, goals.getOrDefault(peer, new Goal.AtLeast(1))));
                }
            }
            return outcomes;
        }
    }
}

package io.dataprism.load.eventrow;

import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One producer that publishes into the log and waits for each acknowledgement, nobody subscribed: by frames of a WebSocket and by
 * requests of HTTP, against JetStream in memory, whose bounds are those of our log.
 */
public final class LogRow implements Row<EventLab> {

    private static final String PEER = "nats";
    private static final Goal GOAL = new Goal.AtLeast(1.0);
    private static final int RUN_MILLIS = 3_000;
    private static final int WARM_UPS = 3;

    @Override
    public String name() {
        return "log";
    }

    @Override
    public String missing(EventLab lab) {
        return lab.has(PEER) ? "" : PEER + " is absent.";
    }

    @Override
    public List<Outcome> measure(EventLab lab) throws Exception {
        Side ours = lab.ours(Side.WEB_SOCKET);
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(outcome(lab, ours.publishedBy("dataprism-websocket"), "WebSocket, one frame at a time"));
        outcomes.add(outcome(lab, ours, "HTTP, one request at a time"));
        return outcomes;
    }

    private Outcome outcome(EventLab lab, Side ours, String data) throws Exception {
        int millis = lab.count(RUN_MILLIS, 200);
        try (Crowd mine = lab.logCrowd(ours);
                Crowd theirs = lab.logCrowd(lab.peer(PEER, Side.WEB_SOCKET).publishedBy("jetstream"))) {
            Contest contest = Contest.hold(
                    List.of(mine, theirs), lab.count(WARM_UPS, 1), lab.rounds(), crowd -> crowd.run(1, millis));
            Duel duel = contest.duel(PEER);
            Map<String, Object> more = new HashMap<>(contest.acknowledged(PEER));
            more.put("againstServerShare", contest.median(PEER, Heard::serverShare));
            more.put("serverShare", contest.median(Side.OURS, Heard::serverShare));
            return Outcome.of(name(), data + ", against JetStream in memory", "events/s", duel, GOAL, more);
        }
    }
}

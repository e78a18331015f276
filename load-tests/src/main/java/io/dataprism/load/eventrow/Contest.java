package io.dataprism.load.eventrow;

import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Measured;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Several sides in turn: first rounds that warm all up and do not count, then rounds that do, each beginning with the next side. Fails
 * where ours lost or doubled an event; where a peer did, the comparison with it says so and is not met nor missed.
 */
final class Contest {

    private final Map<String, List<Heard>> heard = new LinkedHashMap<>();

    /** One run of one side. */
    @FunctionalInterface
    interface Turn {
        Heard run(Crowd crowd) throws IOException;
    }

    static Contest hold(List<Crowd> crowds, int warmUps, int rounds, Turn turn) throws IOException {
        Contest contest = new Contest();
        for (int round = 0; round < warmUps + rounds; round++) {
            for (int each = 0; each < crowds.size(); each++) {
                Crowd crowd = crowds.get((each + round) % crowds.size());
                Heard found = turn.run(crowd);
                if (round >= warmUps) {
                    contest.add(crowd.side(), found);
                }
            }
        }
        return contest;
    }

    /** Takes a round of a side. */
    void add(Side side, Heard found) throws IOException {
        if (side.isOurs()) {
            found.require(side);
        }
        heard.computeIfAbsent(side.name(), name -> new ArrayList<>()).add(found);
    }

    /** The median of some figure of a side's rounds. */
    double median(String side, ToDoubleFunction<Heard> figure) {
        return samples(side, figure).median();
    }

    Samples samples(String side, ToDoubleFunction<Heard> figure) {
        return Samples.of(of(side).stream().map(figure::applyAsDouble).toList());
    }

    private List<Heard> of(String side) {
        return heard.getOrDefault(side, List.of());
    }

    /** What was amiss with a side in its rounds, the first of it; empty: nothing. */
    String amiss(String side) {
        return of(side).stream()
                .map(Heard::amiss)
                .filter(amiss -> !amiss.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Delivered messages a second of ours against a peer's. */
    Outcome rates(String row, String data, String peer, Goal goal) {
        Outcome found = Outcome.of(row, data + ", against " + peer, "messages/s", duel(peer), goal, more(peer));
        return amiss(peer).isEmpty() ? found : found.notJudged();
    }

    /** Ours against a peer. */
    Duel duel(String peer) {
        return new Duel(measured(Side.OURS), measured(peer));
    }

    /** How long publishers waited for their answers. */
    Map<String, Object> acknowledged(String peer) {
        return Map.of(
                "p50Micros", median(Side.OURS, Heard::answeredP50Micros),
                "p99Micros", median(Side.OURS, Heard::answeredP99Micros),
                "againstP50Micros", median(peer, Heard::answeredP50Micros),
                "againstP99Micros", median(peer, Heard::answeredP99Micros));
    }

    private List<Measured> measured(String side) {
        return of(side).stream().map(Heard::delivered).toList();
    }

    /** What stands beside the figures of ours and a peer. */
    Map<String, Object> more(String peer) {
        Map<String, Object> more = new HashMap<>();
        more.putAll(ours());
        more.put("againstServerShare", median(peer, Heard::serverShare));
        more.put("againstGeneratorShare", median(peer, Heard::generatorShare));
        more.put("againstMessageBytes", of(peer).getFirst().messageBytes());
        more.put("againstP50Micros", median(peer, Heard::p50Micros));
        more.put("againstP99Micros", median(peer, Heard::p99Micros));
        more.put("againstPublishedPerSecond", median(peer, Heard::publishedPerSecond));
        if (!amiss(peer).isEmpty()) {
            more.put("againstAmiss", amiss(peer));
        }
        return more;
    }

    /** What stands beside the figures of ours. */
    Map<String, Object> ours() {
        return Map.of(
                "serverShare", median(Side.OURS, Heard::serverShare),
                "generatorShare", median(Side.OURS, Heard::generatorShare),
                "messageBytes", of(Side.OURS).getFirst().messageBytes(),
                "p50Micros", median(Side.OURS, Heard::p50Micros),
                "p99Micros", median(Side.OURS, Heard::p99Micros),
                "publishedPerSecond", median(Side.OURS, Heard::publishedPerSecond));
    }
}

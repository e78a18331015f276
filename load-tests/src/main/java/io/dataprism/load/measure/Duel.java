package io.dataprism.load.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two sides, measured in turn: first rounds that warm both up and do not count, then rounds that do, each beginning with the side
 * that was second in the one before, so that what else the machine does meets both alike.
 *
 * @param ours units per second, round by round
 * @param against the peer's, of the same rounds
 */
public record Duel(List<Double> ours, List<Double> against) {

    /** One run of one side. Blocks. */
    @FunctionalInterface
    public interface Side {
        Measured run() throws Exception;
    }

    public Duel {
        ours = List.copyOf(ours);
        against = List.copyOf(against);
    }

    /** Runs it. Blocks for as long as the sides take. */
    public static Duel fight(int warmUps, int rounds, Side ours, Side against) throws Exception {
        for (int round = 0; round < warmUps; round++) {
            ours.run();
            against.run();
        }
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                first.add(ours.run().unitsPerSecond());
                second.add(against.run().unitsPerSecond());
            } else {
                second.add(against.run().unitsPerSecond());
                first.add(ours.run().unitsPerSecond());
            }
        }
        return new Duel(first, second);
    }

    public double oursMedian() {
        return Samples.of(ours).median();
    }

    public double againstMedian() {
        return Samples.of(against).median();
    }

    /** Of the medians. */
    public double ratio() {
        return oursMedian() / againstMedian();
    }

    /** The medians' surroundings: least and most of each side, and of the rounds' own ratios. */
    public Map<String, Double> spread() {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ours.size(); round++) {
            ratios.add(ours.get(round) / against.get(round));
        }
        Samples paired = Samples.of(ratios);
        return Map.of(
                "oursLeast", Samples.of(ours).least(),
                "oursMost", Samples.of(ours).most(),
                "againstLeast", Samples.of(against).least(),
                "againstMost", Samples.of(against).most(),
                "ratioLeast", paired.least(),
                "ratioMedianOfRounds", paired.median(),
                "ratioMost", paired.most());
    }
}

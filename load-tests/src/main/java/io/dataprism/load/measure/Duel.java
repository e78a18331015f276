package io.dataprism.load.measure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two sides, measured in turn: first rounds that warm both up and do not count, then rounds that do, each beginning with the side
 * that was second in the one before, so that what else the machine does meets both alike.
 *
 * @param ours round by round
 * @param against the peer, of the same rounds
 */
public record Duel(List<Measured> ours, List<Measured> against) {

    private static final double NANOS_OF_A_MICRO = 1e3;
    private static final double THOUSAND = 1e3;

    /** One run of one side. Blocks. */
    @FunctionalInterface
    public interface Side {
        Measured run() throws Exception;

        /** The same so many times over: a run that is too short says little. */
        default Side times(int count) {
            return () -> {
                Measured all = run();
                for (int i = 1; i < count; i++) {
                    all = all.and(run());
                }
                return all;
            };
        }
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
        List<Measured> first = new ArrayList<>();
        List<Measured> second = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                first.add(ours.run());
                second.add(against.run());
            } else {
                second.add(against.run());
                first.add(ours.run());
            }
        }
        return new Duel(first, second);
    }

    public double oursMedian() {
        return rates(ours).median();
    }

    public double againstMedian() {
        return rates(against).median();
    }

    /** Of the medians. */
    public double ratio() {
        return oursMedian() / againstMedian();
    }

    /** The medians' surroundings: least and most of each side, and of the rounds' own ratios. */
    public Map<String, Double> spread() {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ours.size(); round++) {
            ratios.add(ours.get(round).unitsPerSecond() / against.get(round).unitsPerSecond());
        }
        Samples paired = Samples.of(ratios);
        return Map.of(
                "oursLeast", rates(ours).least(),
                "oursMost", rates(ours).most(),
                "againstLeast", rates(against).least(),
                "againstMost", rates(against).most(),
                "ratioLeast", paired.least(),
                "ratioMedianOfRounds", paired.median(),
                "ratioMost", paired.most());
    }

    /**
     * What the serving processes computed for a thousand units, in microseconds, where that was looked at: it says less about speed
     * than the rates do, and keeps on a machine that has other work.
     */
    public Map<String, Object> cost() {
        double mine = cost(ours);
        double theirs = cost(against);
        Map<String, Object> cost = new HashMap<>();
        if (mine > 0 && theirs > 0) {
            cost.put("cpuMicrosOfThousandOurs", mine);
            cost.put("cpuMicrosOfThousandAgainst", theirs);
            cost.put("cpuAgainstByOurs", theirs / mine);
        }
        return cost;
    }

    private static double cost(List<Measured> side) {
        long nanos = side.stream().mapToLong(Measured::cpuNanos).sum();
        long units = side.stream().mapToLong(Measured::units).sum();
        return nanos / NANOS_OF_A_MICRO * THOUSAND / units;
    }

    private static Samples rates(List<Measured> side) {
        return Samples.of(side.stream().map(Measured::unitsPerSecond).toList());
    }
}

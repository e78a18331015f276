package io.dataprism.load.measure;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A row of the result.
 *
 * @param row its name, as {@code --rows} takes it
 * @param data what was read
 * @param unit of {@code ours} and {@code against}
 * @param against null where the goal is a figure of our own
 * @param ratio what the goal speaks of: ours by against, or ours itself
 * @param met null where it could not be measured as the goal asks; {@code more} says why
 * @param spread least and most, by name
 * @param more further figures and remarks, by name
 */
public record Outcome(
        String row,
        String data,
        String unit,
        double ours,
        @Nullable Double against,
        double ratio,
        String goal,
        @Nullable Boolean met,
        int rounds,
        Map<String, Double> spread,
        Map<String, Object> more) {

    public Outcome {
        spread = new TreeMap<>(spread);
        more = new TreeMap<>(more);
    }

    /** Says it in one line on standard error, while the bench goes on. */
    public void tell() {
        System.err.printf(
                "  %s %s: %.4g %s, against %.4g, ratio %.3f, goal %s, met %s%n",
                row, data, ours, unit, against, ratio, goal, met);
    }

    /** Of a duel whose goal is its ratio. */
    public static Outcome of(String row, String data, String unit, Duel duel, Goal goal, Map<String, Object> more) {
        Map<String, Object> further = duel.cost();
        further.putAll(more);
        return new Outcome(
                row,
                data,
                unit,
                duel.oursMedian(),
                duel.againstMedian(),
                duel.ratio(),
                goal.text(),
                goal.isMetBy(duel.ratio()),
                duel.ours().size(),
                duel.spread(),
                further);
    }

    /** The same without a word on whether the goal was met; {@code more} says why. */
    public Outcome notJudged() {
        return new Outcome(row, data, unit, ours, against, ratio, goal, null, rounds, spread, more);
    }
}

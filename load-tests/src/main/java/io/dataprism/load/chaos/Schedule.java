package io.dataprism.load.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What goes wrong, one thing after the other: with one node of several in trouble at a time nothing may be lost. The same seed gives the
 * same, whatever the machine does meanwhile. Immutable.
 *
 * @param steps in their order
 */
public record Schedule(List<Step> steps) {

    private static final int REST_LEAST = 3_000;
    private static final int REST_MOST = 10_000;
    private static final int HOLD_LEAST = 1_000;
    private static final int HOLD_MOST = 25_000;
    /** What a step takes beside its rest and hold: a start, and members that find each other again. */
    private static final Duration AROUND = Duration.ofSeconds(5);

    public Schedule {
        steps = List.copyOf(steps);
    }

    /**
     * One fault.
     *
     * @param rest before it, with all nodes well
     * @param hold how long it lasts before the way back begins
     */
    public record Step(Duration rest, FaultKind kind, int node, Duration hold) {

        /** In a line. */
        public String text() {
            return "after " + rest.toMillis() + " ms " + kind.name().toLowerCase(Locale.ROOT) + " of node " + (node + 1)
                    + " for " + hold.toMillis() + " ms";
        }
    }

    /** As many as fit into the time. @param kinds that can be done here */
    public static Schedule of(long seed, Duration time, int nodes, List<FaultKind> kinds) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>();
        Duration filled = Duration.ZERO;
        while (filled.compareTo(time) < 0) {
            Step step = new Step(
                    Duration.ofMillis(random.nextInt(REST_LEAST, REST_MOST)),
                    kinds.get(random.nextInt(kinds.size())),
                    random.nextInt(nodes),
                    Duration.ofMillis(random.nextInt(HOLD_LEAST, HOLD_MOST)));
            filled = filled.plus(step.rest).plus(step.hold).plus(AROUND);
            steps.add(step);
        }
        return new Schedule(steps);
    }
}

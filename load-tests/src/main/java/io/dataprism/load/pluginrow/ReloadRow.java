package io.dataprism.load.pluginrow;

import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.plugin.Packages;
import io.dataprism.load.service.OpenLoop;
import io.dataprism.load.service.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A hot reload while 1,000 calls a second come over HTTP, each at its own time whatever became of those before. No call may fail or
 * be lost, and no gap between two answers may be longer than 250 ms.
 */
public final class ReloadRow implements Row<PluginLab> {

    private static final int CALLS_A_SECOND = 1_000;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration HALF_OF_A_ROUND = Duration.ofSeconds(5);
    private static final Goal NONE = new Goal.AtMost(0);
    private static final Goal GAP = new Goal.AtMost(250);
    private static final Goal RATE = new Goal.AtLeast(990);
    private static final String PLUGIN = "echo-reloaded";

    @Override
    public String name() {
        return "reload";
    }

    @Override
    public List<Outcome> measure(PluginLab lab) throws Exception {
        Packages packages = lab.packages();
        int rate = lab.count(CALLS_A_SECOND, 50);
        Duration half = Duration.ofMillis(lab.count((int) HALF_OF_A_ROUND.toMillis(), 500));
        List<OpenLoop.Found> rounds = new ArrayList<>();
        List<Double> switches = new ArrayList<>();
        try (Service service = lab.newService("reload", "")) {
            service.plugins().add(packages.echo(PLUGIN, "1.0.0"));
            try (OpenLoop loop = new OpenLoop(service.plugins().operation(PLUGIN, "echo", 1024))) {
                loop.begin(rate, Duration.ofMillis(lab.count((int) WARM_UP.toMillis(), 500)))
                        .end();
                for (int round = 1; round <= lab.rounds(); round++) {
                    OpenLoop.Running running = loop.begin(rate, half.multipliedBy(2));
                    running.after(half);
                    switches.add(service.plugins().reload(PLUGIN, packages.echo(PLUGIN, "1." + round + ".0")));
                    rounds.add(running.end());
                }
            }
        }
        return outcomes(rounds, Samples.of(switches));
    }

    private List<Outcome> outcomes(List<OpenLoop.Found> rounds, Samples switches) {
        List<Double> bad = rounds.stream()
                .map(each -> (double) (each.failed() + each.lost()))
                .toList();
        Map<String, Object> more = Map.of(
                "calls", rounds.stream().mapToLong(OpenLoop.Found::sent).sum(),
                "failed", rounds.stream().mapToLong(OpenLoop.Found::failed).sum(),
                "lost", rounds.stream().mapToLong(OpenLoop.Found::lost).sum(),
                "firstFailure",
                        rounds.stream()
                                .map(OpenLoop.Found::firstFailure)
                                .filter(each -> !each.isEmpty())
                                .findFirst()
                                .orElse(""),
                "switchedInMsMedian", switches.median(),
                "switchedInMsMost", switches.most(),
                "p50Ms",
                        Samples.of(rounds.stream()
                                        .map(OpenLoop.Found::medianMillis)
                                        .toList())
                                .median(),
                "p99Ms",
                        Samples.of(rounds.stream()
                                        .map(OpenLoop.Found::tailMillis)
                                        .toList())
                                .median());
        return List.of(
                outcome(
                        "failed and lost",
                        "calls",
                        Samples.of(bad),
                        NONE,
                        Samples.of(bad).most(),
                        more),
                outcome(
                        "longest gap between answers",
                        "ms",
                        gaps(rounds),
                        GAP,
                        gaps(rounds).most(),
                        more),
                outcome("rate", "calls/s", rates(rounds), RATE, rates(rounds).median(), more));
    }

    private static Samples gaps(List<OpenLoop.Found> rounds) {
        return Samples.of(rounds.stream().map(OpenLoop.Found::longestGapMillis).toList());
    }

    private static Samples rates(List<OpenLoop.Found> rounds) {
        return Samples.of(rounds.stream().map(OpenLoop.Found::answersPerSecond).toList());
    }

    private Outcome outcome(
            String data, String unit, Samples samples, Goal goal, double judged, Map<String, Object> more) {
        return new Outcome(
                name(),
                data,
                unit,
                judged,
                null,
                judged,
                goal.text(),
                goal.isMetBy(judged),
                samples.size(),
                Map.of("least", samples.least(), "median", samples.median(), "most", samples.most()),
                more);
    }
}

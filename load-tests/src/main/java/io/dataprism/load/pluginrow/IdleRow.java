package io.dataprism.load.pluginrow;

import io.dataprism.load.child.ProcessMemory;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.service.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What an idle plugin's process keeps resident, and what the host keeps for plugins that it does not have. */
public final class IdleRow implements Row<PluginLab> {

    private static final Goal CHILD = new Goal.AtMost(45);
    private static final Goal HOST = new Goal.AtMost(50);
    private static final double MEBIBYTE = 1 << 20;
    private static final int REST_MILLIS = 10_000;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public List<Outcome> measure(PluginLab lab) throws Exception {
        List<Double> childRss = new ArrayList<>();
        List<Double> childPss = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        List<Double> added = new ArrayList<>();
        for (int round = 0; round < lab.rounds(); round++) {
            try (Service bare = lab.newService("idle-bare", "plugins: {pool: 0}\n");
                    Service service = lab.newServiceWithPlugins("idle", "plugins: {system: [], pool: 0}\n")) {
                rest(lab);
                double full = ProcessMemory.of(service.pid()).residentBytes() / MEBIBYTE;
                double least = ProcessMemory.of(bare.pid()).residentBytes() / MEBIBYTE;
                with.add(full);
                without.add(least);
                added.add(full - least);
                bare.plugins().add(lab.packages().idle("idle-" + round));
                rest(lab);
                ProcessMemory child = ProcessMemory.of(bare.childOfPlugin());
                childRss.add(child.residentBytes() / MEBIBYTE);
                childPss.add(child.proportionalBytes() / MEBIBYTE);
            }
        }
        Samples rss = Samples.of(childRss);
        Samples host = Samples.of(added);
        return List.of(
                outcome(
                        "child, RSS",
                        rss,
                        CHILD,
                        Map.of("pssMiB", Samples.of(childPss).median())),
                outcome("child, PSS", Samples.of(childPss), CHILD, Map.of("rssMiB", rss.median())),
                outcome(
                        "host with bundled plugins in the catalog, none running, over serve --no-plugins",
                        host,
                        HOST,
                        Map.of(
                                "withMiB", Samples.of(with).median(),
                                "withoutMiB", Samples.of(without).median(),
                                "notMeasured",
                                        "serve --no-plugins leaves the catalog empty; the parts that serve plugins are there"
                                                + " all the same, so what they take alone is in neither figure")));
    }

    /** Memory is looked at when start and compiler have come to rest. */
    private static void rest(PluginLab lab) throws Exception {
        CompletableFuture<Void> rested = new CompletableFuture<Void>()
                .completeOnTimeout(null, lab.count(REST_MILLIS, 100), TimeUnit.MILLISECONDS);
        rested.get(1, TimeUnit.MINUTES);
    }

    private Outcome outcome(String data, Samples found, Goal goal, Map<String, Object> more) {
        return new Outcome(
                name(),
                data,
                "MiB",
                found.median(),
                null,
                found.median(),
                goal.text(),
                goal.isMetBy(found.median()),
                found.size(),
                Map.of("least", found.least(), "most", found.most()),
                more);
    }
}

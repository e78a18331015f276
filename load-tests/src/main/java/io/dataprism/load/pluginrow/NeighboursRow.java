package io.dataprism.load.pluginrow;

import io.dataprism.load.measure.Await;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.plugin.HostilePlugin.Harm;
import io.dataprism.load.service.HttpConnection;
import io.dataprism.load.service.PluginsOfService;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How long queries take while four plugins burn the processor, gorge on memory, crash and flood topics, with half a processor for all
 * plugins together, against the same queries on the same service before and after.
 */
public final class NeighboursRow implements Row<PluginLab> {

    private static final Goal GOAL = new Goal.AtMost(1.15);
    private static final String CONFIGURATION = "plugins: {group: {cpu: 0.5}}\n";
    private static final String SQL = "SELECT a % 100 AS g, sum(a) AS s FROM range(1000000) t(a) GROUP BY g ORDER BY g";
    private static final int WARM_UP_QUERIES = 500;
    private static final int QUERIES_OF_A_ROUND = 300;
    private static final long REVIVAL_MILLIS = 500;
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final double NANOS_OF_A_MILLI = 1e6;
    private static final double TAIL = 99;

    @Override
    public String name() {
        return "hostile-neighbours";
    }

    @Override
    public List<Outcome> measure(PluginLab lab) throws Exception {
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        try (Service service = lab.newService("neighbours", CONFIGURATION);
                HttpConnection connection = service.connect()) {
            ask(connection, lab.count(WARM_UP_QUERIES, 5));
            int queries = lab.count(QUERIES_OF_A_ROUND, 5);
            for (int round = 0; round < lab.rounds(); round++) {
                without.addAll(ask(connection, queries / 2));
                with.addAll(amongHostile(lab, service.plugins(), connection, queries));
                without.addAll(ask(connection, queries - queries / 2));
            }
        }
        return List.of(
                outcome("query p99", TAIL, with, without, lab.rounds()),
                outcome("query p50", 50, with, without, lab.rounds()));
    }

    private static List<Double> amongHostile(
            PluginLab lab, PluginsOfService plugins, HttpConnection connection, int queries) throws Exception {
        ScheduledExecutorService revival = Executors.newSingleThreadScheduledExecutor();
        try {
            for (Harm harm : Harm.values()) {
                plugins.register(lab.packages().hostile(harm));
            }
            revival.scheduleWithFixedDelay(() -> revive(plugins), 0, REVIVAL_MILLIS, TimeUnit.MILLISECONDS);
            return ask(connection, queries);
        } finally {
            revival.shutdown();
            boolean quiet = revival.awaitTermination(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
            for (Harm harm : Harm.values()) {
                // it may be on its way up again
                boolean gone = quiet
                        && Await.atMost(
                                END_LIMIT,
                                Duration.ofMillis(REVIVAL_MILLIS),
                                () -> plugins.tryToRemove(harm.pluginName()));
                if (!gone) {
                    System.err.println("The plugin " + harm.pluginName() + " could not be removed.");
                }
            }
        }
    }

    /** Whoever has ended, or was put into quarantine, begins again. */
    private static void revive(PluginsOfService plugins) {
        for (Harm harm : Harm.values()) {
            try {
                plugins.activate(harm.pluginName());
            } catch (IOException gone) {
                // it is tried again
            }
        }
    }

    private static List<Double> ask(HttpConnection connection, int times) throws IOException {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            long began = System.nanoTime();
            connection.query(SQL, HttpConnection.ARROW).skip(Long.MAX_VALUE);
            millis.add((System.nanoTime() - began) / NANOS_OF_A_MILLI);
        }
        return millis;
    }

    private Outcome outcome(String data, double percent, List<Double> with, List<Double> without, int rounds) {
        Samples mine = Samples.of(with);
        Samples others = Samples.of(without);
        double ratio = mine.percentile(percent) / others.percentile(percent);
        return new Outcome(
                name(),
                data,
                "ms",
                mine.percentile(percent),
                others.percentile(percent),
                ratio,
                GOAL.text(),
                percent == TAIL ? GOAL.isMetBy(ratio) : null,
                rounds,
                Map.of(
                        "oursLeast", mine.least(),
                        "oursMost", mine.most(),
                        "againstLeast", others.least(),
                        "againstMost", others.most()),
                Map.of("queries", mine.size(), "hostile", Harm.values().length));
    }
}

package io.dataprism.load.pluginrow;

import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.service.PluginsOfService;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From the request that brings a package to the answer that says active, against {@code java -version}, taken in turn. */
public final class StartRow implements Row<PluginLab> {

    private static final Goal RATIO = new Goal.AtMost(4);
    private static final Duration POOL_IS_BOOTED = Duration.ofSeconds(1);
    private static final int WAITING = 2;
    private static final int STARTS_OF_A_ROUND = 4;
    private static final double NANOS_OF_A_MILLI = 1e6;
    private static final double TAIL = 99;

    private final Way way;

    private StartRow(Way way) {
        this.way = way;
    }

    private enum Way {
        COLD("start-cold", 500),
        CACHED("start-cached", 120),
        POOL("start-pool", 30);

        private final String row;
        private final Goal goal;

        Way(String row, int mostMillis) {
            this.row = row;
            this.goal = new Goal.AtMost(mostMillis);
        }
    }

    /** Of an installation without a cache. */
    public static Row<PluginLab> cold() {
        return new StartRow(Way.COLD);
    }

    /** Of the installation as it is built, with the cache of the sandbox's own classes. */
    public static Row<PluginLab> cached() {
        return new StartRow(Way.CACHED);
    }

    /** The same with children that wait, all of them booted before each start. */
    public static Row<PluginLab> pool() {
        return new StartRow(Way.POOL);
    }

    @Override
    public String name() {
        return way.row;
    }

    @Override
    public String missing(PluginLab lab) throws IOException {
        return way != Way.COLD && !lab.hasCache() ? "the installation has no cache for the start of children." : "";
    }

    @Override
    public List<Outcome> measure(PluginLab lab) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        try (Service service = service(lab)) {
            PluginsOfService plugins = service.plugins();
            int starts = lab.rounds() * lab.count(STARTS_OF_A_ROUND, 1);
            // two that do not count
            for (int start = -2; start < starts; start++) {
                double bare = bareJvm();
                if (way == Way.POOL) {
                    plugins.awaitWaiting(WAITING, POOL_IS_BOOTED);
                }
                String plugin = "echo-start-" + (start + 2);
                // other bytes each time, so that nothing that is kept by content helps
                Path file = lab.packages().modestEcho(plugin);
                long began = System.nanoTime();
                plugins.add(file);
                double took = (System.nanoTime() - began) / NANOS_OF_A_MILLI;
                plugins.remove(plugin);
                if (start >= 0) {
                    theirs.add(bare);
                    ours.add(took);
                }
            }
        }
        return outcomes(Samples.of(ours), Samples.of(theirs));
    }

    private Service service(PluginLab lab) throws IOException {
        return switch (way) {
            case COLD -> lab.newServiceWithoutCache("start-bare", pool(0));
            case CACHED -> lab.newService("start", pool(0));
            case POOL -> lab.newService("start-pool", pool(WAITING));
        };
    }

    private static String pool(int size) {
        return "plugins: {pool: " + size + "}\n";
    }

    private List<Outcome> outcomes(Samples mine, Samples others) {
        double ratio = mine.median() / others.median();
        Map<String, Double> spread = Map.of(
                "oursLeast", mine.least(),
                "oursMost", mine.most(),
                "againstLeast", others.least(),
                "againstMost", others.most());
        Map<String, Object> more =
                Map.of("oursP99", mine.percentile(TAIL), "againstP99", others.percentile(TAIL), "starts", mine.size());
        return List.of(
                new Outcome(
                        name(),
                        "against java -version",
                        "ms",
                        mine.median(),
                        others.median(),
                        ratio,
                        RATIO.text(),
                        RATIO.isMetBy(ratio),
                        mine.size(),
                        spread,
                        more),
                new Outcome(
                        name(),
                        "add to active",
                        "ms",
                        mine.median(),
                        null,
                        mine.median(),
                        way.goal.text(),
                        way.goal.isMetBy(mine.median()),
                        mine.size(),
                        spread,
                        more));
    }

    private static double bareJvm() throws IOException, InterruptedException {
        long began = System.nanoTime();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("java -version ended with " + process.exitValue());
        }
        return (System.nanoTime() - began) / NANOS_OF_A_MILLI;
    }
}

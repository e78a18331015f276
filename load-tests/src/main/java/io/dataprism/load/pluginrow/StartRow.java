package io.dataprism.load.pluginrow;

import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.service.PluginsOfService;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From the request that brings a package to the answer that says active, against {@code java -version}, taken in turn. */
public final class StartRow implements PluginRow {

    private static final Goal RATIO = new Goal.AtMost(4);
    private static final Goal MILLIS = new Goal.AtMost(500);
    private static final Goal CACHED_MILLIS = new Goal.AtMost(120);
    private static final int STARTS_OF_A_ROUND = 4;
    private static final double NANOS_OF_A_MILLI = 1e6;
    private static final double TAIL = 99;

    private final boolean cached;

    private StartRow(boolean cached) {
        this.cached = cached;
    }

    /** Of an installation without a cache. */
    public static PluginRow cold() {
        return new StartRow(false);
    }

    /** Of the installation as it is built, with the cache of the sandbox's own classes. */
    public static PluginRow cached() {
        return new StartRow(true);
    }

    @Override
    public String name() {
        return cached ? "start-cached" : "start-cold";
    }

    @Override
    public String missing(PluginLab lab) throws IOException {
        return cached && !lab.hasCache() ? "the installation has no cache for the start of children." : "";
    }

    @Override
    public List<Outcome> measure(PluginLab lab) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        try (Service service = cached ? lab.newService("start", "") : lab.newServiceWithoutCache("start-bare")) {
            PluginsOfService plugins = service.plugins();
            int starts = lab.rounds() * lab.count(STARTS_OF_A_ROUND, 1);
            // two that do not count
            for (int start = -2; start < starts; start++) {
                double bare = bareJvm();
                String plugin = "echo-start-" + (start + 2);
                // other bytes each time, so that nothing that is kept by content helps
                Path file = lab.packages().echo(plugin, "1.0.0");
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
                        (cached ? CACHED_MILLIS : MILLIS).text(),
                        (cached ? CACHED_MILLIS : MILLIS).isMetBy(mine.median()),
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

package io.dataprism.load.pluginrow;

import io.dataprism.load.child.Answers;
import io.dataprism.load.child.Child;
import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Measured;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import java.util.List;
import java.util.Map;

/**
 * Batches to a plugin that gives them back, and what comes back read, against the same pipeline as plain calls in the same JVM: the
 * same source, the plugin's own class, the same reader.
 */
public final class IdentityRow implements Row<PluginLab> {

    private static final Goal GOAL = new Goal.AtLeast(0.5);
    private static final int BATCHES_OF_A_ROUND = 2_000;
    private static final int WARM_UPS = 10;
    private static final String ECHO = "echo-batches";
    private static final double MEGABYTE = 1e6;

    @Override
    public String name() {
        return "stream-identity";
    }

    @Override
    public List<Outcome> measure(PluginLab lab) throws Exception {
        Child node = lab.node();
        node.ask(Map.of("add", lab.packages().echo(ECHO, "1.0.0").toString()));
        String batches = String.valueOf(lab.count(BATCHES_OF_A_ROUND, 5));
        Duel duel = Duel.fight(
                lab.count(WARM_UPS, 1),
                lab.rounds(),
                () -> megabytes(node, Map.of("stream", ECHO, "batches", batches)),
                () -> megabytes(node, Map.of("plain", "", "batches", batches)));
        return List.of(
                Outcome.of(name(), "batches of about 1.3 MB", "MB/s", duel, GOAL, Map.of("batchesOfARound", batches)));
    }

    /** The bytes as units, so that rates are in megabytes. */
    private static Measured megabytes(Child node, Map<String, String> question) throws Exception {
        Measured found = Answers.measured(node.ask(question));
        return new Measured(Math.round(found.bytes() / MEGABYTE), found.bytes(), found.nanos(), found.cpuNanos());
    }
}

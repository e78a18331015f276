package io.dataprism.load.pluginrow;

import io.dataprism.load.child.Child;
import io.dataprism.load.measure.CallTimes;
import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import java.util.List;
import java.util.Map;

/** Calls per second of one plugin, 64 of them under way at any time, against gRPC over a Unix socket. */
public final class CallsRow implements Row<PluginLab> {

    private static final Goal GOAL = new Goal.AtLeast(2.0);
    private static final int WARM_UP_CALLS = 120_000;
    private static final int CALLS_OF_A_ROUND = 20_000;
    private static final String ECHO = "echo-many";

    @Override
    public String name() {
        return "calls-64";
    }

    @Override
    public List<Outcome> measure(PluginLab lab) throws Exception {
        Child node = lab.node();
        Child grpc = lab.grpc();
        node.ask(Map.of("add", lab.packages().echo(ECHO, "1.0.0").toString()));
        int warmUps = lab.count(WARM_UP_CALLS, 128);
        node.ask(question("call", ECHO, warmUps));
        grpc.ask(question("way", "usual", warmUps));
        int times = lab.count(CALLS_OF_A_ROUND, 128);
        Duel duel = Duel.fight(
                lab.count(1, 0),
                lab.rounds(),
                () -> CallTimes.measured(node.ask(question("call", ECHO, times))),
                () -> CallTimes.measured(grpc.ask(question("way", "usual", times))));
        return List.of(Outcome.of(name(), "1 KiB, 64 in flight", "calls/s", duel, GOAL, Map.of()));
    }

    private static Map<String, String> question(String who, String value, int times) {
        return Map.of(who, value, "times", String.valueOf(times), "flight", "64", "bytes", "1024");
    }
}

package io.dataprism.load.pluginrow;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.load.child.Child;
import io.dataprism.load.measure.CallTimes;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.plugin.Packages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * 1 KiB of JSON to a plugin and back, one call after the other, from inside the node over the bus, against gRPC between two
 * processes over a Unix socket. Rounds are taken in turn, after both are warm.
 */
public final class CallRow implements Row<PluginLab> {

    private static final int BYTES = 1024;
    private static final int WARM_UP_CALLS = 60_000;
    private static final int CALLS_OF_A_ROUND = 5_000;
    private static final double MEDIAN = 50;
    private static final double TAIL = 99;
    private static final String ECHO = "echo-calls";

    private final String name;
    private final Goal goal;
    private final boolean wasm;

    private CallRow(String name, Goal goal, boolean wasm) {
        this.name = name;
        this.goal = goal;
        this.wasm = wasm;
    }

    /** To a plugin in a process. */
    public static Row<PluginLab> process() {
        return new CallRow("call-process", new Goal.AtMost(0.5), false);
    }

    /** To a module. */
    public static Row<PluginLab> wasm() {
        return new CallRow("call-wasm", new Goal.AtMost(0.2), true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String missing(PluginLab lab) {
        return wasm && !Packages.canMakeWasm() ? "wat2wasm is not there; Debian has it in the package wabt." : "";
    }

    @Override
    public List<Outcome> measure(PluginLab lab) throws Exception {
        Child node = lab.node();
        Child grpc = lab.grpc();
        String plugin = wasm ? Packages.wasmName() : ECHO;
        node.ask(
                Map.of("add", (wasm ? lab.packages().wasmEcho() : lab.packages().echo(ECHO, "1.0.0")).toString()));
        Map<String, String> ours = question(Map.of("call", plugin), lab.count(CALLS_OF_A_ROUND, 20));
        Map<String, String> theirs = question(Map.of("way", "usual"), lab.count(CALLS_OF_A_ROUND, 20));
        Map<String, String> direct = question(Map.of("way", "direct"), lab.count(CALLS_OF_A_ROUND, 20));
        int warmUps = lab.count(WARM_UP_CALLS, 20);
        node.ask(question(Map.of("call", plugin), warmUps));
        grpc.ask(question(Map.of("way", "usual"), warmUps));
        grpc.ask(question(Map.of("way", "direct"), warmUps));
        Rounds rounds = new Rounds();
        for (int round = 0; round < lab.rounds(); round++) {
            rounds.add(node.ask(ours), grpc.ask(theirs), grpc.ask(direct));
        }
        return List.of(outcome("p50", MEDIAN, rounds, goal), outcome("p99", TAIL, rounds, goal));
    }

    private static Map<String, String> question(Map<String, String> who, int times) {
        Map<String, String> question = new HashMap<>(who);
        question.put("times", String.valueOf(times));
        question.put("flight", "1");
        question.put("bytes", String.valueOf(BYTES));
        return question;
    }

    /** All calls, and each round's median, so that the spread of rounds is seen. */
    private static final class Rounds {

        private final List<Double> ours = new ArrayList<>();
        private final List<Double> theirs = new ArrayList<>();
        private final List<Double> direct = new ArrayList<>();
        private final List<Double> ratios = new ArrayList<>();

        void add(JsonNode mine, JsonNode usual, JsonNode directly) {
            List<Double> micros = CallTimes.micros(mine);
            List<Double> others = CallTimes.micros(usual);
            ratios.add(Samples.of(micros).median() / Samples.of(others).median());
            ours.addAll(micros);
            theirs.addAll(others);
            direct.addAll(CallTimes.micros(directly));
        }
    }

    private Outcome outcome(String data, double percent, Rounds rounds, Goal goal) {
        Samples mine = Samples.of(rounds.ours);
        Samples others = Samples.of(rounds.theirs);
        Samples ratios = Samples.of(rounds.ratios);
        double ratio = mine.percentile(percent) / others.percentile(percent);
        double direct = Samples.of(rounds.direct).percentile(percent);
        return new Outcome(
                name,
                data,
                "us",
                mine.percentile(percent),
                others.percentile(percent),
                ratio,
                goal.text(),
                percent == MEDIAN ? goal.isMetBy(ratio) : null,
                ratios.size(),
                Map.of(
                        "oursLeast", mine.least(),
                        "oursMost", mine.most(),
                        "againstLeast", others.least(),
                        "againstMost", others.most(),
                        "ratioOfMediansLeast", ratios.least(),
                        "ratioOfMediansMost", ratios.most()),
                Map.of(
                        "calls",
                        mine.size(),
                        "againstDirectExecutor",
                        direct,
                        "ratioDirectExecutor",
                        mine.percentile(percent) / direct));
    }
}

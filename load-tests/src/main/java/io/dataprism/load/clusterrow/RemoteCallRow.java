package io.dataprism.load.clusterrow;

import io.dataprism.load.child.Child;
import io.dataprism.load.cluster.Node;
import io.dataprism.load.measure.CallTimes;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.service.CallConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * 1 KiB of JSON over HTTP to a plugin through the gateway of another node, and through that of its own, against a bare request between two
 * members. The three are taken in turn. The whole call has HTTP, the checks of the gateway and the plugin's process in it, which the bare
 * request has not; what the other node adds has neither.
 */
public final class RemoteCallRow implements Row<ClusterLab> {

    private static final Goal GOAL = new Goal.AtMost(2);
    private static final int WARM_UP_CALLS = 5_000;
    private static final int CALLS_OF_A_ROUND = 2_000;
    private static final double NANOS_OF_A_MICRO = 1e3;

    @Override
    public String name() {
        return "call";
    }

    @Override
    public List<Outcome> measure(ClusterLab lab) throws Exception {
        Node home = lab.home(ClusterLab.ECHO);
        Node other = lab.other(home);
        Child bare = lab.bare();
        List<Double> remotes = new ArrayList<>();
        List<Double> locals = new ArrayList<>();
        List<Double> bares = new ArrayList<>();
        try (CallConnection remote = connect(other);
                CallConnection local = connect(home)) {
            int warmUps = lab.count(WARM_UP_CALLS, 20);
            calls(remote, warmUps);
            calls(local, warmUps);
            bare.ask(lab.bareQuestion(warmUps));
            int calls = lab.count(CALLS_OF_A_ROUND, 20);
            for (int round = 0; round < lab.rounds(); round++) {
                remotes.addAll(calls(remote, calls));
                bares.addAll(CallTimes.micros(bare.ask(lab.bareQuestion(calls))));
                locals.addAll(calls(local, calls));
            }
        }
        Samples far = Samples.of(remotes);
        Samples near = Samples.of(locals);
        Samples least = Samples.of(bares);
        return List.of(
                outcome("p50 of the whole call over HTTP", far.median(), far, near, least, lab.rounds()),
                outcome("p50 that the other node adds", far.median() - near.median(), far, near, least, lab.rounds()));
    }

    private static CallConnection connect(Node gateway) throws IOException {
        return CallConnection.open(gateway.place().host(), ClusterLab.target(gateway, ClusterLab.ECHO));
    }

    static List<Double> calls(CallConnection connection, int times) throws IOException {
        List<Double> micros = new ArrayList<>();
        for (int each = 0; each < times; each++) {
            micros.add(connection.call() / NANOS_OF_A_MICRO);
        }
        return micros;
    }

    private Outcome outcome(String data, double ours, Samples far, Samples near, Samples bare, int rounds) {
        double ratio = ours / bare.median();
        return new Outcome(
                name(),
                data,
                "us",
                ours,
                bare.median(),
                ratio,
                GOAL.text(),
                GOAL.isMetBy(ratio),
                rounds,
                Map.of(
                        "oursLeast", far.least(),
                        "oursMost", far.most(),
                        "againstLeast", bare.least(),
                        "againstMost", bare.most()),
                Map.of(
                        "calls", far.size(),
                        "throughOwnGatewayP50", near.median(),
                        "throughOwnGatewayP99", near.percentile(99),
                        "throughOtherGatewayP50", far.median(),
                        "throughOtherGatewayP99", far.percentile(99),
                        "bareP99", bare.percentile(99)));
    }
}

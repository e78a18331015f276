package io.dataprism.load.row;

import io.dataprism.load.child.Answers;
import io.dataprism.load.child.Child;
import io.dataprism.load.data.Table;
import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.node.ClusterNode;
import io.dataprism.load.peer.FlightReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two nodes over the clustered bus, the engine on one and the reader on the other, against Arrow Flight in Java. */
public final class ClusterRow implements BenchRow {

    private static final Goal GOAL = new Goal.AtLeast(0.7);
    private static final List<String> FLAGS = List.of("-Dvertx.logger-delegate-factory-class-name="
            + "io.vertx.core.logging.SLF4JLogDelegateFactory");

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public List<Outcome> measure(Bench bench) throws Exception {
        String first = Integer.toString(freePort());
        String second = Integer.toString(freePort());
        FlightReader flight = bench.flight();
        List<Outcome> outcomes = new ArrayList<>();
        try (Child engine = start(bench, "engine", first, first, bench.folder("cluster").toString());
                Child reader = start(bench, "reader", second, first)) {
            for (Table table : bench.tables()) {
                engine.ask(Map.of("load", table.name(), "file", table.parquet().toString()));
                Duel duel = Duel.fight(
                        Bench.WARM_UPS,
                        bench.rounds(),
                        () -> Answers.measured(reader.ask(Map.of("flux", table.scan()))),
                        () -> flight.read(table.scan()));
                outcomes.add(Outcome.of(name(), table.name(), "rows/s", duel, GOAL, Map.of()));
            }
        }
        return outcomes;
    }

    private static Child start(Bench bench, String name, String... arguments) throws IOException {
        return Child.start(
                name,
                bench.jvm().command(name, bench.jvm().clusterClassPath(), ClusterNode.class, FLAGS, arguments));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

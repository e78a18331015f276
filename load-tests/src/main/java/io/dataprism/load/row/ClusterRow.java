package io.dataprism.load.row;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.load.child.Answers;
import io.dataprism.load.child.Child;
import io.dataprism.load.child.Jvm;
import io.dataprism.load.data.Table;
import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Measured;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.node.ClusterNode;
import io.dataprism.load.peer.FlightReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Two nodes over the clustered bus, the engine on one and the reader on the other, against Arrow Flight in Java. */
public final class ClusterRow implements Row<Bench> {

    private static final Goal GOAL = new Goal.AtLeast(0.7);
    private static final int ATTEMPTS = 10;

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
        try (Child engine = start(
                        bench, "engine", first, first, bench.folder("cluster").toString());
                Child reader = start(bench, "reader", second, first)) {
            for (Table table : bench.tables()) {
                engine.ask(Map.of("load", table.name(), "file", table.parquet().toString()));
                AtomicInteger broken = new AtomicInteger();
                Duel duel = Duel.fight(
                        Bench.WARM_UPS,
                        bench.rounds(),
                        Reading.clocked(engine.pid(), () -> read(reader, table, broken))
                                .times(table.repeats()),
                        Reading.clocked(bench.peer().pid(), () -> flight.read(table.scan()))
                                .times(table.repeats()));
                outcomes.add(Outcome.of(
                        name(), table.name(), "rows/s", duel, GOAL, Map.of("streamsThatBroke", broken.get())));
            }
        }
        return outcomes;
    }

    /** A stream that breaks is told, counted and read again: the time that it took does not count. */
    private static Measured read(Child reader, Table table, AtomicInteger broken) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return Answers.measured(reader.ask(Map.of("flux", table.scan())));
            } catch (DataPrismException failure) {
                broken.incrementAndGet();
                if (attempt == ATTEMPTS) {
                    throw failure;
                }
                System.err.println("  a stream between the nodes broke: " + failure.detail());
            }
        }
    }

    private static Child start(Bench bench, String name, String... arguments) throws IOException {
        return Child.start(
                name,
                bench.jvm()
                        .command(name, bench.jvm().clusterClassPath(), ClusterNode.class, Jvm.GRID_FLAGS, arguments));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

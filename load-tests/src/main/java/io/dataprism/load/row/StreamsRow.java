package io.dataprism.load.row;

import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Measured;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.service.HttpConnection;
import io.dataprism.load.service.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Eight streams at once against one: what all get together, and how evenly. The clients count bytes. */
public final class StreamsRow implements Row<Bench> {

    private static final int STREAMS = 8;
    private static final Goal TOTAL = new Goal.AtLeast(1.0);
    private static final Goal FAIRNESS = new Goal.AtLeast(0.5);

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public List<Outcome> measure(Bench bench) throws Exception {
        List<Double> fairness = new ArrayList<>();
        try (ExecutorService readers = Executors.newFixedThreadPool(STREAMS)) {
            Duel duel = Duel.fight(
                    Bench.WARM_UPS,
                    bench.rounds(),
                    Reading.clocked(bench.service().pid(), () -> together(bench, readers, fairness)),
                    Reading.clocked(bench.service().pid(), () -> read(bench.service(), bench))
                            .times(STREAMS / 2));
            Samples counted = Samples.of(fairness.subList(Bench.WARM_UPS, fairness.size()));
            return List.of(
                    Outcome.of(name(), "flights, total", "rows/s", duel, TOTAL, Map.of("streams", STREAMS)),
                    new Outcome(
                            name(),
                            "flights, slowest by fastest",
                            "ratio",
                            counted.median(),
                            null,
                            counted.median(),
                            FAIRNESS.text(),
                            FAIRNESS.isMetBy(counted.median()),
                            bench.rounds(),
                            Map.of("least", counted.least(), "most", counted.most()),
                            Map.of("streams", STREAMS)));
        }
    }

    private static Measured together(Bench bench, ExecutorService readers, List<Double> fairness) throws Exception {
        Service service = bench.service();
        long start = System.nanoTime();
        List<Future<Measured>> running = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            running.add(readers.submit(() -> read(service, bench)));
        }
        long rows = 0;
        List<Double> rates = new ArrayList<>();
        for (Future<Measured> each : running) {
            Measured measured = each.get();
            rows += measured.units();
            rates.add(measured.unitsPerSecond());
        }
        Samples sorted = Samples.of(rates);
        fairness.add(sorted.least() / sorted.most());
        return new Measured(rows, 0, System.nanoTime() - start, 0);
    }

    private static Measured read(Service service, Bench bench) throws Exception {
        try (HttpConnection connection = service.connect()) {
            return Reading.raw(
                    connection,
                    bench.flights().scan(),
                    HttpConnection.ARROW,
                    bench.flights().rows());
        }
    }
}

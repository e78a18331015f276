package io.dataprism.load.row;

import io.dataprism.load.data.Table;
import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Measured;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.peer.FlightReader;
import io.dataprism.load.service.HttpConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Arrow over HTTP against Arrow Flight in Java: same files, batches of 32,768 rows, both clients decode every batch. */
public final class ArrowRow implements Row<Bench> {

    private static final Goal GOAL = new Goal.AtLeast(1.2);
    private static final double MEGABYTE = 1e6;

    @Override
    public String name() {
        return "arrow";
    }

    @Override
    public List<Outcome> measure(Bench bench) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        FlightReader flight = bench.flight();
        try (HttpConnection connection = bench.service().connect()) {
            for (Table table : bench.tables()) {
                outcomes.add(measure(bench, connection, flight, table));
            }
        }
        return outcomes;
    }

    private Outcome measure(Bench bench, HttpConnection connection, FlightReader flight, Table table) throws Exception {
        String sql = table.scan();
        Measured once = Reading.arrow(connection, sql, bench.allocator());
        Reading.requireRows(table.rows(), once, sql);
        Reading.requireRows(table.rows(), flight.read(sql), sql);
        Duel duel = Duel.fight(
                Bench.WARM_UPS,
                bench.rounds(),
                Reading.clocked(bench.service().pid(), () -> Reading.arrow(connection, sql, bench.allocator()))
                        .times(table.repeats()),
                Reading.clocked(bench.peer().pid(), () -> flight.read(sql)).times(table.repeats()));
        List<Double> raw = new ArrayList<>();
        for (int round = 0; round < bench.rounds(); round++) {
            raw.add(Reading.raw(connection, sql, HttpConnection.ARROW, table.rows())
                    .unitsPerSecond());
        }
        double rawRows = Samples.of(raw).median();
        double bytesOfRow = (double) once.bytes() / table.rows();
        Map<String, Object> more = Map.of(
                "rowsPerSecondUndecoded", rawRows,
                "ratioUndecoded", rawRows / duel.againstMedian(),
                "megabytesPerSecond", duel.oursMedian() * bytesOfRow / MEGABYTE);
        return Outcome.of(name(), table.name(), "rows/s", duel, GOAL, more);
    }
}

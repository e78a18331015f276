package io.dataprism.load.row;

import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Measured;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Samples;
import io.dataprism.load.peer.FlightReader;
import io.dataprism.load.service.HttpConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code select 42}, one after the other on one warm connection, against the same through Flight SQL. Both decode the answer. */
public final class SmallQueryRow implements BenchRow {

    private static final Goal GOAL = new Goal.AtMost(0.5);
    private static final String SQL = "select 42";
    private static final int WARM_UP_QUERIES = 3_000;
    private static final int QUERIES_OF_A_ROUND = 400;
    private static final double NANOS_OF_A_MILLI = 1e6;
    private static final double MEDIAN = 50;
    private static final double TAIL = 99;

    @FunctionalInterface
    private interface Query {
        Measured run() throws Exception;
    }

    @Override
    public String name() {
        return "small";
    }

    @Override
    public List<Outcome> measure(Bench bench) throws Exception {
        FlightReader flight = bench.flight();
        try (HttpConnection connection = bench.service().connect()) {
            Query ours = () -> Reading.arrow(connection, SQL, bench.allocator());
            Query theirs = () -> flight.read(SQL);
            ask(WARM_UP_QUERIES, ours);
            ask(WARM_UP_QUERIES, theirs);
            List<Double> oursMillis = new ArrayList<>();
            List<Double> theirsMillis = new ArrayList<>();
            for (int round = 0; round < bench.rounds(); round++) {
                oursMillis.addAll(ask(QUERIES_OF_A_ROUND, ours));
                theirsMillis.addAll(ask(QUERIES_OF_A_ROUND, theirs));
            }
            return List.of(
                    outcome("p50", MEDIAN, oursMillis, theirsMillis, bench.rounds()),
                    outcome("p99", TAIL, oursMillis, theirsMillis, bench.rounds()));
        }
    }

    private static List<Double> ask(int times, Query query) throws Exception {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            millis.add(query.run().nanos() / NANOS_OF_A_MILLI);
        }
        return millis;
    }

    private Outcome outcome(String data, double percent, List<Double> ours, List<Double> theirs, int rounds) {
        Samples mine = Samples.of(ours);
        Samples others = Samples.of(theirs);
        double ratio = mine.percentile(percent) / others.percentile(percent);
        return new Outcome(
                name(),
                data,
                "ms",
                mine.percentile(percent),
                others.percentile(percent),
                ratio,
                GOAL.text(),
                GOAL.isMetBy(ratio),
                rounds,
                Map.of(
                        "oursLeast", mine.least(),
                        "oursMost", mine.most(),
                        "againstLeast", others.least(),
                        "againstMost", others.most()),
                Map.of("queries", mine.size()));
    }
}

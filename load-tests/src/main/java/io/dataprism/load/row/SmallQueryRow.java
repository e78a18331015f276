package io.dataprism.load.row;

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

/** {@code select 42}, one after the other on one warm connection, against the same through Flight SQL. Both decode the answer. */
public final class SmallQueryRow implements Row<Bench> {

    private static final Goal GOAL = new Goal.AtMost(0.5);
    private static final String SQL = "select 42";
    private static final int WARM_UP_QUERIES = 50_000;
    private static final int QUERIES_OF_A_ROUND = 1_500;
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
            List<Measured> oursCost = new ArrayList<>();
            List<Measured> theirsCost = new ArrayList<>();
            for (int round = 0; round < bench.rounds(); round++) {
                oursCost.add(Reading.clocked(bench.service().pid(), round(ours, oursMillis))
                        .run());
                theirsCost.add(Reading.clocked(bench.peer().pid(), round(theirs, theirsMillis))
                        .run());
            }
            Map<String, Object> cost = new Duel(oursCost, theirsCost).cost();
            cost.put("queries", oursMillis.size());
            return List.of(
                    outcome("p50", MEDIAN, oursMillis, theirsMillis, cost),
                    outcome("p99", TAIL, oursMillis, theirsMillis, cost));
        }
    }

    private static Duel.Side round(Query query, List<Double> millis) {
        return () -> {
            long start = System.nanoTime();
            millis.addAll(ask(QUERIES_OF_A_ROUND, query));
            return new Measured(QUERIES_OF_A_ROUND, 0, System.nanoTime() - start, 0);
        };
    }

    private static List<Double> ask(int times, Query query) throws Exception {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            millis.add(query.run().nanos() / NANOS_OF_A_MILLI);
        }
        return millis;
    }

    private Outcome outcome(
            String data, double percent, List<Double> ours, List<Double> theirs, Map<String, Object> cost) {
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
                mine.size() / QUERIES_OF_A_ROUND,
                Map.of(
                        "oursLeast", mine.least(),
                        "oursMost", mine.most(),
                        "againstLeast", others.least(),
                        "againstMost", others.most()),
                cost);
    }
}

package io.dataprism.load.row;

import io.dataprism.load.child.Answers;
import io.dataprism.load.child.Child;
import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Measured;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.service.HttpConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** NDJSON and CSV over HTTP against DuckDB's own {@code COPY} of the same statement into {@code /dev/null}. */
public final class TextRow implements Row<Bench> {

    private static final Goal GOAL = new Goal.AtLeast(0.5);

    /** A statement and the rows that it answers. Of lineitem a quarter: its text is long, and says the same. */
    private record Slice(String name, String sql, long rows) {}

    /** What a format is called by us and by the peer. */
    private record Format(String name, String accept, String copy) {}

    private static final List<Format> FORMATS = List.of(
            new Format("ndjson", HttpConnection.NDJSON, "(FORMAT json)"),
            new Format("csv", HttpConnection.CSV, "(FORMAT csv, HEADER)"));

    @Override
    public String name() {
        return "text";
    }

    @Override
    public List<Outcome> measure(Bench bench) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        Child peer = bench.peer();
        try (HttpConnection connection = bench.service().connect()) {
            for (Slice slice : slices(bench, connection)) {
                for (Format format : FORMATS) {
                    outcomes.add(measure(bench, connection, peer, slice, format));
                }
            }
        }
        return outcomes;
    }

    private static List<Slice> slices(Bench bench, HttpConnection connection) throws Exception {
        String quarter = "SELECT * FROM lineitem WHERE l_orderkey <= 1500000";
        long rows = Reading.arrow(connection, quarter, bench.allocator()).units();
        return List.of(
                new Slice("flights", bench.flights().scan(), bench.flights().rows()),
                new Slice("lineitem", quarter, rows));
    }

    private Outcome measure(Bench bench, HttpConnection connection, Child peer, Slice slice, Format format)
            throws Exception {
        String copy = "COPY (" + slice.sql() + ") TO '/dev/null' " + format.copy();
        Duel duel = Duel.fight(
                Bench.WARM_UPS,
                bench.rounds(),
                Reading.clocked(
                        bench.service().pid(),
                        () -> Reading.raw(connection, slice.sql(), format.accept(), slice.rows())),
                Reading.clocked(
                        peer.pid(),
                        () -> new Measured(
                                slice.rows(),
                                0,
                                Answers.measured(peer.ask(Map.of("sql", copy))).nanos(),
                                0)));
        return Outcome.of(name(), slice.name() + " " + format.name(), "rows/s", duel, GOAL, Map.of());
    }
}

package io.dataprism.load;

import io.dataprism.load.measure.Row;
import io.dataprism.load.row.ArrowRow;
import io.dataprism.load.row.Bench;
import io.dataprism.load.row.CancelRow;
import io.dataprism.load.row.ClusterRow;
import io.dataprism.load.row.FluxRow;
import io.dataprism.load.row.SmallQueryRow;
import io.dataprism.load.row.StalledRow;
import io.dataprism.load.row.StreamsRow;
import io.dataprism.load.row.TextRow;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** All rows, one after the other. Each failure of a row is in the result; the row is tried again, and the others go on. */
final class EngineBench {

    private static final List<Row<Bench>> ROWS = List.of(
            new FluxRow(),
            new ArrowRow(),
            new TextRow(),
            new SmallQueryRow(),
            new StalledRow(),
            new StreamsRow(),
            new CancelRow(),
            new ClusterRow());

    private static final List<String> NOT_MEASURED = List.of(
            "A network: everything is on the loopback of one machine.",
            "TLS and compression: both sides are in the clear.",
            "A cold start: each side is warmed up first, and the files are in the page cache.",
            "The peer's checks: it takes any statement from anybody; ours checks the token, the statement's tree and the tables.",
            "Python or C++ peers: Flight's server and client are the Java ones, with zero-copy writes switched on.",
            "What the client decodes differs in kind, not in amount: of Arrow both sides decode every batch and count its rows;"
                    + " of NDJSON and CSV the client counts bytes, and the peer writes into /dev/null without a socket;"
                    + " in the cluster our reader decodes in its own process, as Flight's does in the bench's.",
            "A quiet machine: medians of rounds taken in turn; the spread says how quiet it was.");

    private static final int ATTEMPTS = 3;

    private final BenchOptions options;
    private final Path root;

    EngineBench(BenchOptions options, Path root) {
        this.options = options;
        this.root = root;
    }

    static BenchOptions.Accepted accepted() {
        return new BenchOptions.Accepted(
                "engine",
                List.of("--rounds", "--rows", "--data", "--profile"),
                ROWS.stream().map(Row::name).toList());
    }

    Map<String, Object> run() throws Exception {
        RowRun<Bench> run = new RowRun<>(options, ATTEMPTS);
        try (Bench bench = Bench.open(options.rounds(), root, options.data(), options.profile())) {
            run.measure(ROWS, bench);
        }
        run.isNotMeasured(NOT_MEASURED);
        return run.result();
    }
}

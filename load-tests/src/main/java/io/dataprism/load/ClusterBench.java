package io.dataprism.load;

import io.dataprism.load.clusterrow.BatchesBesideRow;
import io.dataprism.load.clusterrow.ClusterLab;
import io.dataprism.load.clusterrow.NodeMemoryRow;
import io.dataprism.load.clusterrow.RemoteCallRow;
import io.dataprism.load.clusterrow.RemoteEventRow;
import io.dataprism.load.clusterrow.SecondNodeRow;
import io.dataprism.load.measure.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The rows about nodes of a cluster, one after the other. A row that fails or cannot be measured here says so in the result. */
final class ClusterBench {

    private static final List<Row<ClusterLab>> ROWS = List.of(
            new RemoteCallRow(),
            new RemoteEventRow(),
            new BatchesBesideRow(),
            new SecondNodeRow(),
            new NodeMemoryRow());

    private static final List<String> NOT_MEASURED = List.of(
            "A network: everything is on the loopback of one machine, and both nodes, the plugins and the client share its processors.",
            "Mutual TLS between nodes: on the loopback a cluster needs no certificates, and neither side has any.",
            "A call from within a node: it is made over HTTP, and what HTTP, the gateway's checks and the plugin's process cost is in it;"
                    + " 'p50 that the other node adds' is the difference to the same call through the plugin's own node.",
            "Batches between engine and reader on two nodes: `./dataprism bench engine --rows cluster` does.",
            "More than two nodes, and faults: `./dataprism bench chaos`.",
            "A quiet machine: medians of rounds taken in turn; the spread says how quiet it was.");

    private final BenchOptions options;
    private final Path root;

    ClusterBench(BenchOptions options, Path root) {
        this.options = options;
        this.root = root;
    }

    static BenchOptions.Accepted accepted() {
        return new BenchOptions.Accepted(
                "cluster",
                List.of("--rounds", "--rows", "--quick"),
                ROWS.stream().map(Row::name).toList());
    }

    Map<String, Object> run() throws Exception {
        RowRun<ClusterLab> run = new RowRun<>(options, 1);
        try (ClusterLab lab = ClusterLab.open(options.rounds(), options.quick(), root)) {
            run.measure(ROWS, lab);
        }
        run.isNotMeasured(NOT_MEASURED);
        return run.result();
    }
}

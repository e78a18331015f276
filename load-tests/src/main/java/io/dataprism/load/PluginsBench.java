package io.dataprism.load;

import io.dataprism.load.measure.Row;
import io.dataprism.load.pluginrow.CallRow;
import io.dataprism.load.pluginrow.CallsRow;
import io.dataprism.load.pluginrow.IdentityRow;
import io.dataprism.load.pluginrow.IdleRow;
import io.dataprism.load.pluginrow.NeighboursRow;
import io.dataprism.load.pluginrow.PluginLab;
import io.dataprism.load.pluginrow.ReloadRow;
import io.dataprism.load.pluginrow.Soak;
import io.dataprism.load.pluginrow.StartRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The rows about plugins, one after the other. A row that fails or cannot be measured here says so in the result. */
final class PluginsBench {

    private static final List<Row<PluginLab>> ROWS = List.of(
            StartRow.cold(),
            StartRow.cached(),
            StartRow.pool(),
            new ReloadRow(),
            CallRow.process(),
            CallRow.wasm(),
            new CallsRow(),
            new IdentityRow(),
            new IdleRow(),
            new NeighboursRow());

    private static final List<String> NOT_MEASURED = List.of(
            "What JSON costs the peer: gRPC carries the payload as bytes and neither writes nor reads it, ours does both on both"
                    + " sides, checks it against the manifest's schemas and writes an audit line for each call.",
            "A network: the client of `reload` is on the loopback, and shares the processors with node and plugin.",
            "A quiet machine: medians of rounds taken in turn; the spread says how quiet it was.");

    private final BenchOptions options;
    private final Path root;

    PluginsBench(BenchOptions options, Path root) {
        this.options = options;
        this.root = root;
    }

    static BenchOptions.Accepted accepted() {
        return new BenchOptions.Accepted(
                "plugins",
                List.of("--rounds", "--rows", "--soak", "--quick", "--profile"),
                ROWS.stream().map(Row::name).toList());
    }

    Map<String, Object> run() throws Exception {
        RowRun<PluginLab> run = new RowRun<>(options, 1);
        try (PluginLab lab = PluginLab.open(options.rounds(), options.quick(), root, options.profile())) {
            Duration soak = options.soak();
            if (soak != null) {
                return run.result(new Soak(lab).run(soak));
            }
            run.measure(ROWS, lab);
        }
        run.isNotMeasured(NOT_MEASURED);
        return run.result();
    }
}

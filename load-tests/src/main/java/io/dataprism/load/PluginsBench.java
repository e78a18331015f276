package io.dataprism.load;

import io.dataprism.load.measure.Outcome;
import io.dataprism.load.pluginrow.CallRow;
import io.dataprism.load.pluginrow.CallsRow;
import io.dataprism.load.pluginrow.IdentityRow;
import io.dataprism.load.pluginrow.IdleRow;
import io.dataprism.load.pluginrow.NeighboursRow;
import io.dataprism.load.pluginrow.PluginLab;
import io.dataprism.load.pluginrow.PluginRow;
import io.dataprism.load.pluginrow.ReloadRow;
import io.dataprism.load.pluginrow.Soak;
import io.dataprism.load.pluginrow.StartRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows about plugins, one after the other. A row that fails or cannot be measured here says so in the result. */
final class PluginsBench {

    private static final List<PluginRow> ROWS = List.of(
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

    private final PluginBenchOptions options;
    private final Path root;

    PluginsBench(PluginBenchOptions options, Path root) {
        this.options = options;
        this.root = root;
    }

    static List<String> rowNames() {
        return ROWS.stream().map(PluginRow::name).toList();
    }

    Map<String, Object> run() throws Exception {
        Map<String, Object> before = Machine.facts();
        List<Outcome> outcomes = new ArrayList<>();
        Map<String, String> failed = new LinkedHashMap<>();
        List<String> notMeasured = new ArrayList<>();
        try (PluginLab lab = PluginLab.open(options.rounds(), options.quick(), root, options.profile())) {
            Duration soak = options.soak();
            if (soak != null) {
                return soaked(new Soak(lab).run(soak), before);
            }
            for (PluginRow row : ROWS) {
                if (options.wants(row.name())) {
                    run(row, lab, outcomes, failed, notMeasured);
                } else {
                    notMeasured.add(row.name() + ": not asked for.");
                }
            }
        }
        notMeasured.addAll(NOT_MEASURED);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("rows", outcomes);
        result.put("failed", failed);
        result.put("notMeasured", notMeasured);
        result.put("quick", options.quick());
        result.put("machineBefore", before);
        result.put("machine", Machine.facts());
        result.put("versions", Machine.versions());
        return result;
    }

    private static Map<String, Object> soaked(Map<String, Object> found, Map<String, Object> before) throws Exception {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("soak", found);
        result.put("machineBefore", before);
        result.put("machine", Machine.facts());
        result.put("versions", Machine.versions());
        return result;
    }

    private static void run(
            PluginRow row,
            PluginLab lab,
            List<Outcome> outcomes,
            Map<String, String> failed,
            List<String> notMeasured) {
        System.err.println(row.name() + " ...");
        try {
            String missing = row.missing(lab);
            if (!missing.isEmpty()) {
                notMeasured.add(row.name() + ": " + missing);
                return;
            }
            List<Outcome> measured = row.measure(lab);
            measured.forEach(Outcome::tell);
            outcomes.addAll(measured);
        } catch (Exception failure) {
            failure.printStackTrace();
            failed.put(row.name(), String.valueOf(failure));
        }
    }
}

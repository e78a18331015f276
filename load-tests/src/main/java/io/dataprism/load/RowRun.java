package io.dataprism.load;

import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a bench's rows, one after the other. A row that fails or cannot be measured here says so in the result, and the others
 * go on. Blocks; one thread.
 *
 * @param <L> what the rows share
 */
final class RowRun<L> {

    private final BenchOptions options;
    private final int attempts;
    private final Map<String, Object> before;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Map<String, List<String>> failed = new LinkedHashMap<>();
    private final List<String> notMeasured = new ArrayList<>();

    /** Begins, with a look at the machine. @param attempts how often a row is tried that fails */
    RowRun(BenchOptions options, int attempts) throws IOException {
        this.options = options;
        this.attempts = attempts;
        this.before = Machine.facts();
    }

    /** Measures those rows that are asked for. */
    void measure(List<Row<L>> rows, L lab) {
        for (Row<L> row : rows) {
            if (options.wants(row.name())) {
                measure(row, lab);
            } else {
                notMeasured.add(row.name() + ": not asked for.");
            }
        }
    }

    private void measure(Row<L> row, L lab) {
        for (int attempt = 1; attempt <= attempts; attempt++) {
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
                return;
            } catch (Exception failure) {
                failure.printStackTrace();
                failed.computeIfAbsent(row.name(), name -> new ArrayList<>()).add(String.valueOf(failure));
            }
        }
    }

    void isNotMeasured(List<String> lines) {
        notMeasured.addAll(lines);
    }

    /** What was found; the machine is looked at again. */
    Map<String, Object> result() throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("rows", outcomes);
        result.put("failed", failed);
        result.put("notMeasured", notMeasured);
        result.put("quick", options.quick());
        return withMachine(result);
    }

    /** The same of a soak, which has no rows. */
    Map<String, Object> result(Map<String, Object> soak) throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("soak", soak);
        return withMachine(result);
    }

    private Map<String, Object> withMachine(Map<String, Object> result) throws IOException {
        result.put("machineBefore", before);
        result.put("machine", Machine.facts());
        result.put("versions", Machine.versions());
        return result;
    }
}

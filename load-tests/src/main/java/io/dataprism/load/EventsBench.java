package io.dataprism.load;

import io.dataprism.load.eventrow.EventLab;
import io.dataprism.load.eventrow.EventRow;
import io.dataprism.load.eventrow.FanOutRow;
import io.dataprism.load.eventrow.IdleRow;
import io.dataprism.load.eventrow.LatencyRow;
import io.dataprism.load.eventrow.LogRow;
import io.dataprism.load.eventrow.ResumeRow;
import io.dataprism.load.eventrow.StalledRow;
import io.dataprism.load.eventrow.TopicsRow;
import io.dataprism.load.measure.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows about events, one after the other. A row that fails or cannot be measured here says so in the result. */
final class EventsBench {

    private static final List<EventRow> ROWS = List.of(
            FanOutRow.sockets(),
            FanOutRow.streams(),
            new TopicsRow(),
            new LatencyRow(),
            new StalledRow(),
            new IdleRow(),
            new LogRow(),
            new ResumeRow());

    private static final List<String> NOT_MEASURED = List.of(
            "A network: all is on the loopback, and nothing is encrypted or compressed.",
            "A cluster: one node, whose log is in its memory.",
            "Browsers: the subscribers are one thread that reads and throws away.",
            "What ours does beside: it checks a token and topics, wraps data in a CloudEvent, keeps it in the log with a cursor and"
                    + " notices gaps. Nchan keeps a thousand messages of a topic, NATS and Bun keep none.",
            "Publishing to NATS over HTTP, which it has not: its publishers send PUB over TCP and wait for +OK.",
            "A quiet machine: medians of rounds taken in turn; the spread says how quiet it was.");

    private final EventBenchOptions options;
    private final Path root;

    EventsBench(EventBenchOptions options, Path root) {
        this.options = options;
        this.root = root;
    }

    static List<String> rowNames() {
        return ROWS.stream().map(EventRow::name).toList();
    }

    Map<String, Object> run() throws Exception {
        Map<String, Object> before = Machine.facts();
        List<Outcome> outcomes = new ArrayList<>();
        Map<String, String> failed = new LinkedHashMap<>();
        List<String> notMeasured = new ArrayList<>();
        Map<String, Object> result = new LinkedHashMap<>();
        try (EventLab lab = EventLab.open(options.rounds(), options.quick(), root, options.profile())) {
            for (EventRow row : ROWS) {
                if (options.wants(row.name())) {
                    run(row, lab, outcomes, failed, notMeasured);
                } else {
                    notMeasured.add(row.name() + ": not asked for.");
                }
            }
            if (!lab.isPinned()) {
                notMeasured.add("Servers and generators on a processor each: there is one processor, or no taskset.");
            }
            result.put("peers", lab.versionsOfPeers());
            result.put("absentPeers", lab.absentPeers());
        }
        notMeasured.addAll(NOT_MEASURED);
        result.put("rows", outcomes);
        result.put("failed", failed);
        result.put("notMeasured", notMeasured);
        result.put("quick", options.quick());
        result.put("machineBefore", before);
        result.put("machine", Machine.facts());
        result.put("versions", Machine.versions());
        return result;
    }

    private static void run(
            EventRow row, EventLab lab, List<Outcome> outcomes, Map<String, String> failed, List<String> notMeasured) {
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

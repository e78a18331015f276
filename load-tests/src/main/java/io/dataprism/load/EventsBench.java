package io.dataprism.load;

import io.dataprism.load.eventrow.ConnectionSoak;
import io.dataprism.load.eventrow.EventLab;
import io.dataprism.load.eventrow.FanOutRow;
import io.dataprism.load.eventrow.IdleRow;
import io.dataprism.load.eventrow.LatencyRow;
import io.dataprism.load.eventrow.LogRow;
import io.dataprism.load.eventrow.ResumeRow;
import io.dataprism.load.eventrow.StalledRow;
import io.dataprism.load.eventrow.TopicsRow;
import io.dataprism.load.measure.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The rows about events, one after the other. A row that fails or cannot be measured here says so in the result. */
final class EventsBench {

    private static final List<Row<EventLab>> ROWS = List.of(
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

    private final BenchOptions options;
    private final Path root;

    EventsBench(BenchOptions options, Path root) {
        this.options = options;
        this.root = root;
    }

    static BenchOptions.Accepted accepted() {
        return new BenchOptions.Accepted(
                "events",
                List.of("--rounds", "--rows", "--soak", "--quick", "--profile"),
                ROWS.stream().map(Row::name).toList());
    }

    Map<String, Object> run() throws Exception {
        RowRun<EventLab> run = new RowRun<>(options, 1);
        try (EventLab lab = EventLab.open(options.rounds(), options.quick(), root, options.profile())) {
            Duration soak = options.soak();
            if (soak != null) {
                return run.result(new ConnectionSoak(lab).run(soak));
            }
            run.measure(ROWS, lab);
            if (!lab.isPinned()) {
                run.isNotMeasured(
                        List.of("Servers and generators on a processor each: there is one processor, or no taskset."));
            }
            run.isNotMeasured(NOT_MEASURED);
            Map<String, Object> result = run.result();
            result.put("peers", lab.versionsOfPeers());
            result.put("absentPeers", lab.absentPeers());
            return result;
        }
    }
}

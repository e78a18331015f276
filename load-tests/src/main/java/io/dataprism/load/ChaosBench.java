package io.dataprism.load;

import io.dataprism.load.chaos.FaultKind;
import io.dataprism.load.chaos.FaultLab;
import io.dataprism.load.chaos.Faults;
import io.dataprism.load.chaos.HistoryFiles;
import io.dataprism.load.chaos.Schedule;
import io.dataprism.load.chaos.Trial;
import io.dataprism.load.cluster.site.LoopbackSite;
import io.dataprism.load.cluster.site.NamespaceSite;
import io.dataprism.load.cluster.site.Namespaces;
import io.dataprism.load.cluster.site.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Faults from a seed, one after the other, while clients work, and a verdict on what they saw. Blocks for as long as it is told. */
final class ChaosBench {

    private final ChaosOptions options;
    private final Path root;
    private final List<String> done = new ArrayList<>();

    ChaosBench(ChaosOptions options, Path root) {
        this.options = options;
        this.root = root;
    }

    /** What was found, as JSON has it; its member {@code holds} says whether every promise was kept. */
    Map<String, Object> run() throws Exception {
        Map<String, Object> before = Machine.facts();
        String noCuts = Namespaces.missing();
        Site site = noCuts.isEmpty() ? NamespaceSite.of(options.nodes()) : LoopbackSite.of(options.nodes());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("seed", options.seed());
        result.put(
                "again",
                "./dataprism bench chaos --seed " + options.seed() + " --minutes " + options.minutes() + " --nodes "
                        + options.nodes() + " --rate " + options.rate());
        try (FaultLab lab = FaultLab.open(root, site, "chaos", true)) {
            List<FaultKind> kinds = Faults.possible(lab.cluster());
            Schedule schedule =
                    Schedule.of(options.seed(), Duration.ofMinutes(options.minutes()), options.nodes(), kinds);
            System.err.println("seed " + options.seed() + (noCuts.isEmpty() ? "" : "; no network is cut: " + noCuts));
            schedule.steps().forEach(step -> System.err.println("  " + step.text()));
            lab.warmUp(100);
            result.putAll(run(lab, schedule));
        }
        result.put("notMeasured", notMeasured(noCuts));
        result.put("machineBefore", before);
        result.put("machine", Machine.facts());
        return result;
    }

    private Map<String, Object> run(FaultLab lab, Schedule schedule) throws Exception {
        Map<String, Object> result = new LinkedHashMap<>();
        long end = System.nanoTime() + Duration.ofMinutes(options.minutes()).toNanos();
        try (Trial trial = Trial.begin(lab, lab.load(options.rate(), options.rate()))) {
            String stuck = follow(schedule, trial, lab, end);
            Trial.Found found = trial.end();
            Path folder = HistoryFiles.write(folder(), found, schedule);
            System.err.println(found.text());
            System.err.println("written down in " + folder);
            result.put("holds", found.verdict().holds() && stuck.isEmpty());
            result.put("stuck", stuck);
            result.put("schedule", done);
            result.put("verdict", found.verdict().violations());
            result.put("summary", found.recorder().summary());
            result.put("settledMillis", found.settledMillis());
            result.put("folder", folder.toString());
        }
        return result;
    }

    /** Does the steps while there is time; answers what could not be mended, or nothing. */
    private String follow(Schedule schedule, Trial trial, FaultLab lab, long end) throws Exception {
        Faults faults = new Faults(trial, lab.cluster());
        for (Schedule.Step step : schedule.steps()) {
            if (System.nanoTime() >= end) {
                break;
            }
            trial.work(step.rest());
            try {
                done.add(step.text());
                faults.happen(step.kind(), step.node(), step.hold());
            } catch (IOException stuck) {
                // a cluster that does not come together again is what this looks for
                System.err.println("  " + stuck.getMessage());
                return step.text() + ": " + stuck.getMessage();
            }
        }
        return "";
    }

    private Path folder() {
        Path chosen = options.folder();
        return chosen == null ? root.resolve("load-tests/target/chaos-" + options.seed()) : chosen;
    }

    private static List<String> notMeasured(String noCuts) {
        List<String> lines = new ArrayList<>(List.of(
                "More than one node in trouble at a time: what is acknowledged must then be there or a gap told, which is"
                        + " tested apart.",
                "Clocks that go wrong, disks that fill up or lie, and networks that lose some packets and not all.",
                "More than one machine."));
        if (!noCuts.isEmpty()) {
            lines.add("Partitions: " + noCuts);
        }
        return lines;
    }
}

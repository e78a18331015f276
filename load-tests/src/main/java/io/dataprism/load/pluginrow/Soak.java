package io.dataprism.load.pluginrow;

import io.dataprism.load.plugin.Packages;
import io.dataprism.load.service.OpenLoop;
import io.dataprism.load.service.PluginsOfService;
import io.dataprism.load.service.Service;
import io.dataprism.load.watch.ProcessWatch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Calls, batches, reloads and crashes one after the other for a long time, while the service's process is watched. Blocks; one thread.
 */
public final class Soak {

    private static final String ECHO = "echo-soaked";
    private static final String CRASHING = "echo-crashing";
    private static final int CALLS_A_SECOND = 200;
    private static final Duration PIECE = Duration.ofSeconds(5);
    private static final String BATCHES =
            "{\"input\": {\"sql\": \"SELECT a, a * 2 AS b, 'text ' || a AS c FROM range(200000) t(a)\"}}";

    private final PluginLab lab;
    private final Map<String, Long> done = new LinkedHashMap<>();
    private String firstFailure = "";

    public Soak(PluginLab lab) {
        this.lab = lab;
    }

    /** Goes on for so long and answers what was found. */
    public Map<String, Object> run(Duration time) throws Exception {
        try (Service service = lab.newService("soak", "")) {
            PluginsOfService plugins = service.plugins();
            plugins.add(lab.packages().echo(ECHO, "1.0.0"));
            plugins.add(lab.packages().echo(CRASHING, "1.0.0"));
            long began = System.nanoTime();
            try (ProcessWatch watch = new ProcessWatch(service.pid());
                    OpenLoop loop = new OpenLoop(plugins.operation(ECHO, "echo", 1024))) {
                for (int version = 1; System.nanoTime() - began < time.toNanos(); version++) {
                    piece(plugins, loop, lab.packages(), version);
                }
                return result(time, watch);
            }
        }
    }

    /** Calls all the while; meanwhile a reload, batches and a crash. */
    private void piece(PluginsOfService plugins, OpenLoop loop, Packages packages, int version) throws Exception {
        OpenLoop.Running running = loop.begin(CALLS_A_SECOND, PIECE);
        plugins.reload(ECHO, packages.echo(ECHO, "1." + version + ".0"));
        count("reloads", 1);
        count(plugins.call(ECHO, "identity", BATCHES) == 200 ? "streams" : "streamsThatFailed", 1);
        count(plugins.call(CRASHING, "crash", "{}") == 200 ? "crashesThatAnswered" : "crashes", 1);
        count(plugins.activate(CRASHING) ? "revivals" : "revivalsThatFailed", 1);
        OpenLoop.Found found = running.end();
        count("calls", found.sent());
        count("callsFailed", found.failed());
        count("callsLost", found.lost());
        firstFailure = firstFailure.isEmpty() ? found.firstFailure() : firstFailure;
    }

    private void count(String what, long times) {
        done.merge(what, times, Long::sum);
    }

    private Map<String, Object> result(Duration time, ProcessWatch watch) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("seconds", time.toSeconds());
        result.put("done", done);
        result.put("firstFailure", firstFailure);
        result.putAll(watch.result());
        return result;
    }
}

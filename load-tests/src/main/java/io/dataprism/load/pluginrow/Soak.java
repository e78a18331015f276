package io.dataprism.load.pluginrow;

import io.dataprism.load.child.ProcessMemory;
import io.dataprism.load.measure.Flatness;
import io.dataprism.load.plugin.Packages;
import io.dataprism.load.service.OpenLoop;
import io.dataprism.load.service.PluginsOfService;
import io.dataprism.load.service.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Calls, batches, reloads and crashes one after the other for a long time, while the service's process is looked at every five
 * seconds: memory, processes, descriptors and threads must come to rest. Every sixth look comes after a collection, so that what the
 * collector has not looked at yet is told from what nobody gives back: memory is judged by those. Blocks; one thread.
 */
public final class Soak {

    private static final String ECHO = "echo-soaked";
    private static final String CRASHING = "echo-crashing";
    private static final int CALLS_A_SECOND = 200;
    private static final Duration PIECE = Duration.ofSeconds(5);
    private static final long LOOK_SECONDS = 5;
    private static final int LEAST_LOOKS = 4;
    private static final int LOOKS_PER_COLLECTION = 6;
    private static final long COLLECTION_SECONDS = 20;
    private static final int SETTLING_LOOKS = 30;
    private static final long SETTLING_MILLIS = 100;
    private static final double MEBIBYTE = 1 << 20;
    private static final double LEAST_MEBIBYTES = 16;
    private static final double LEAST_COUNT = 3;
    private static final String BATCHES =
            "{\"input\": {\"sql\": \"SELECT a, a * 2 AS b, 'text ' || a AS c FROM range(200000) t(a)\"}}";

    private final PluginLab lab;
    private final List<Look> looks = new ArrayList<>();
    private final Map<String, Long> done = new LinkedHashMap<>();
    private String firstFailure = "";

    public Soak(PluginLab lab) {
        this.lab = lab;
    }

    private record Look(double seconds, ProcessMemory process, long children, boolean collected) {}

    /** Goes on for so long and answers what was found. */
    public Map<String, Object> run(Duration time) throws Exception {
        ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
        try (Service service = lab.newService("soak", "")) {
            PluginsOfService plugins = service.plugins();
            plugins.add(lab.packages().echo(ECHO, "1.0.0"));
            plugins.add(lab.packages().echo(CRASHING, "1.0.0"));
            long began = System.nanoTime();
            looking.scheduleAtFixedRate(() -> look(service, began), 0, LOOK_SECONDS, TimeUnit.SECONDS);
            try (OpenLoop loop = new OpenLoop(plugins.operation(ECHO, "echo", 1024))) {
                for (int version = 1; System.nanoTime() - began < time.toNanos(); version++) {
                    piece(plugins, loop, lab.packages(), version);
                }
            }
        } finally {
            looking.shutdownNow();
        }
        return result(time);
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

    private void look(Service service, long began) {
        try {
            int before;
            synchronized (looks) {
                before = looks.size();
            }
            boolean collected = before % LOOKS_PER_COLLECTION == LOOKS_PER_COLLECTION - 1 && collect(service.pid());
            ProcessMemory process = collected ? settled(service.pid()) : ProcessMemory.of(service.pid());
            Look look = new Look((System.nanoTime() - began) / 1e9, process, service.children(), collected);
            synchronized (looks) {
                looks.add(look);
            }
        } catch (IOException gone) {
            System.err.println("The service's process could not be looked at: " + gone);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Has the service's JVM collect all that it can. */
    private static boolean collect(long pid) throws IOException, InterruptedException {
        Process asked = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(pid),
                        "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = asked.waitFor(COLLECTION_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            asked.destroyForcibly();
        }
        return ended && asked.exitValue() == 0;
    }

    /** The least that is seen soon after a collection: the collector gives the heap's pages back a little later, and work takes some again. */
    private static ProcessMemory settled(long pid) throws IOException, InterruptedException {
        ProcessMemory least = ProcessMemory.of(pid);
        for (int look = 0; look < SETTLING_LOOKS; look++) {
            Thread.sleep(SETTLING_MILLIS);
            ProcessMemory next = ProcessMemory.of(pid);
            least = next.residentBytes() < least.residentBytes() ? next : least;
        }
        return least;
    }

    private Map<String, Object> result(Duration time) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("seconds", time.toSeconds());
        result.put("done", done);
        result.put("firstFailure", firstFailure);
        List<Look> all;
        synchronized (looks) {
            all = List.copyOf(looks);
        }
        if (all.size() < LEAST_LOOKS) {
            result.put("flat", "not measured: fewer than " + LEAST_LOOKS + " looks, every " + LOOK_SECONDS + " s");
            return result;
        }
        Map<String, Flatness> found = new LinkedHashMap<>();
        List<Look> collected = all.stream().filter(Look::collected).toList();
        if (collected.size() >= LEAST_LOOKS) {
            found.put("residentAfterCollectionMiB", flatness(collected, Soak::residentMebibytes, LEAST_MEBIBYTES));
        }
        found.put("processes", flatness(all, Look::children, LEAST_COUNT));
        found.put("descriptors", flatness(all, look -> look.process().descriptors(), LEAST_COUNT));
        found.put("threads", flatness(all, look -> look.process().threads(), LEAST_COUNT));
        found.forEach((name, flatness) -> result.put(name, flatness.toJson()));
        result.put(
                "residentMiB",
                flatness(all, Soak::residentMebibytes, LEAST_MEBIBYTES).toJson());
        result.put(
                "flat",
                collected.size() >= LEAST_LOOKS && found.values().stream().allMatch(Flatness::flat));
        result.put(
                "looks",
                all.stream()
                        .map(look -> List.of(
                                Math.round(look.seconds()),
                                Math.round(residentMebibytes(look)),
                                look.children(),
                                look.process().descriptors(),
                                look.process().threads(),
                                look.collected() ? 1 : 0))
                        .toList());
        result.put("looksAre", "seconds, resident MiB, processes, descriptors, threads, after a collection");
        return result;
    }

    private static double residentMebibytes(Look look) {
        return look.process().residentBytes() / MEBIBYTE;
    }

    private static Flatness flatness(List<Look> all, ToDoubleFunction<Look> figure, double least) {
        return Flatness.of(all.stream().map(look -> figure.applyAsDouble(look)).toList(), least);
    }
}

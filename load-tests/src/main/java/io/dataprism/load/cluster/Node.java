package io.dataprism.load.cluster;

import io.dataprism.load.child.ProcessMemory;
import io.dataprism.load.cluster.site.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One node of a cluster, whether it runs or not. One thread at a time. */
public final class Node {

    /** For a start on a machine that is busy with others. */
    public static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** The service's own bound, and a little for the process. */
    static final Duration STOP_LIMIT = Duration.ofSeconds(25);

    private final String name;
    private final Place place;
    private final Path data;
    private final NodeProcess process;

    Node(String name, Place place, Path data, NodeProcess process) {
        this.name = name;
        this.place = place;
        this.data = data;
        this.process = process;
    }

    public String name() {
        return name;
    }

    public Place place() {
        return place;
    }

    public Path data() {
        return data;
    }

    /** Starts its process; does not wait. */
    public void begin() throws IOException {
        process.start();
    }

    /** Waits until it says that it is ready; answers how long that took from the start of its process. */
    public Duration awaitReady() throws IOException, InterruptedException {
        return process.awaitReady(START_LIMIT);
    }

    /** Both. */
    public Duration start() throws IOException, InterruptedException {
        begin();
        return awaitReady();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public boolean isFrozen() {
        return process.isFrozen();
    }

    public long pid() {
        return process.pid();
    }

    /** {@code kill -9}. */
    public void kill() throws IOException, InterruptedException {
        process.kill();
    }

    /** SIGTERM, and its end, which must be in order. */
    public void stop() throws IOException, InterruptedException {
        process.terminate();
        int code = process.awaitEnd(STOP_LIMIT);
        if (code != 0) {
            throw new IOException(name + " ended with code " + code + " after SIGTERM.");
        }
    }

    /** SIGSTOP. */
    public void freeze() throws IOException {
        process.freeze();
    }

    /** SIGCONT. */
    public void thaw() throws IOException {
        process.thaw();
    }

    /** Empties the disk of a node that does not run. */
    public void wipe() throws IOException {
        if (isAlive()) {
            throw new IllegalStateException(name + " runs: its folder is not to be emptied.");
        }
        Folders.delete(data);
        Files.createDirectories(data);
    }

    /** As its own administrator. */
    public NodeApi api() throws IOException {
        return api(Files.readString(data.resolve("admin.token")).strip());
    }

    /** As somebody. */
    public NodeApi api(String token) {
        return new NodeApi(place.host(), place.port(), token);
    }

    /** How many processes of each plugin run below it. */
    public Map<String, Integer> plugins() {
        Map<String, Integer> counts = new TreeMap<>();
        if (!isAlive()) {
            return counts;
        }
        Path home = data.resolve("plugins").toAbsolutePath();
        ProcessHandle.of(pid()).stream().flatMap(ProcessHandle::descendants).forEach(child -> {
            String plugin = pluginOf(home, child.pid());
            if (!plugin.isEmpty()) {
                counts.merge(plugin, 1, Integer::sum);
            }
        });
        return counts;
    }

    /** By the folder that it is at work in; empty: it is none of a plugin, or gone. */
    private static String pluginOf(Path home, long pid) {
        try {
            Path folder = Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"));
            return folder.startsWith(home) && !folder.equals(home)
                    ? home.relativize(folder).getName(0).toString().replaceAll("[#@].*", "")
                    : "";
        } catch (IOException gone) {
            return "";
        }
    }

    /** What the kernel counts of its process. */
    public ProcessMemory memory() throws IOException {
        return ProcessMemory.of(pid());
    }

    /** Notes the processes below it, so that it is seen when one outlives it. */
    public void look() {
        process.look();
    }

    /** Processes that were below it and should be gone. */
    public List<ProcessHandle> orphans() {
        return process.orphans();
    }

    void end() throws IOException, InterruptedException {
        process.end(STOP_LIMIT);
    }

    void endNow() {
        process.endNow();
    }
}

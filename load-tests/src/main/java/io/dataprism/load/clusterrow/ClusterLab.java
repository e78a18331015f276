package io.dataprism.load.clusterrow;

import io.dataprism.load.child.Child;
import io.dataprism.load.child.Jvm;
import io.dataprism.load.cluster.Cluster;
import io.dataprism.load.cluster.Node;
import io.dataprism.load.cluster.NodeApi;
import io.dataprism.load.cluster.site.LoopbackSite;
import io.dataprism.load.cluster.site.Place;
import io.dataprism.load.measure.CallTimes;
import io.dataprism.load.node.BusPeer;
import io.dataprism.load.plugin.Packages;
import io.dataprism.load.service.PluginsOfService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What rows share, each started when first asked for. One thread. */
public final class ClusterLab implements AutoCloseable {

    static final String ECHO = "echo-remote";
    static final int CALL_BYTES = 1024;
    static final Duration FORMED = Duration.ofSeconds(60);
    private static final int CALLED = 6;
    /** As a user's, without plugins but those of the rows. */
    private static final String BARE = "sample: false\nplugins: {bundled: false, system: []}\n";

    private final int rounds;
    private final boolean quick;
    private final Jvm jvm;
    private final Path folder;
    private @Nullable Cluster cluster;
    private @Nullable Child first;
    private @Nullable Child second;
    private int busPort;
    private int clusters;

    private ClusterLab(int rounds, boolean quick, Jvm jvm, Path folder) {
        this.rounds = rounds;
        this.quick = quick;
        this.jvm = jvm;
        this.folder = folder;
    }

    /** Begins. @param quick whether counts are tiny */
    public static ClusterLab open(int rounds, boolean quick, Path root) throws IOException {
        return new ClusterLab(rounds, quick, new Jvm(root, null), Files.createTempDirectory("dataprism-bench-cluster"));
    }

    int rounds() {
        return rounds;
    }

    int count(int usual, int least) {
        return quick ? least : usual;
    }

    /** Two nodes that run, with plugins to call. */
    Cluster cluster() throws IOException, InterruptedException {
        Cluster running = cluster;
        if (running == null) {
            running = newCluster(BARE);
            cluster = running;
            running.startAll(FORMED);
            NodeApi api = running.node(0).api();
            Packages packages = new Packages(folder);
            api.add(ECHO, packages.echo(ECHO, "1.0.0"));
            for (int each = 1; each <= CALLED; each++) {
                api.add("called-" + each, packages.called("called-" + each, "10s"));
            }
        }
        return running;
    }

    /** Two nodes of the caller's own, who starts and closes them. @param configuration YAML of each */
    Cluster newCluster(String configuration) throws IOException {
        clusters++;
        return Cluster.prepare(
                LoopbackSite.of(2),
                new Cluster.Plan(
                        jvm.root(),
                        jvm.root().resolve("load-tests/target/logs"),
                        "bench-cluster-" + clusters,
                        List.of(),
                        List.of(),
                        configuration,
                        true));
    }

    /** The node on which the process of a plugin runs. */
    Node home(String plugin) throws IOException, InterruptedException {
        return cluster().nodes().stream()
                .filter(node -> node.plugins().containsKey(plugin))
                .findFirst()
                .orElseThrow(() -> new IOException("No node runs " + plugin + "."));
    }

    /** One to call that runs on the same node as {@link #ECHO}. */
    String calledBesideEcho() throws IOException, InterruptedException {
        Node home = home(ECHO);
        for (int each = 1; each <= CALLED; each++) {
            if (home("called-" + each) == home) {
                return "called-" + each;
            }
        }
        throw new IOException("All of " + CALLED + " plugins were placed on the other node than " + ECHO + ".");
    }

    /** The node that does not run it. */
    Node other(Node home) throws IOException, InterruptedException {
        return cluster().node(0) == home ? cluster().node(1) : cluster().node(0);
    }

    /** Its operation as a client of a node calls it. */
    static PluginsOfService.Target target(Node gateway, String plugin) throws IOException {
        Place place = gateway.place();
        return new PluginsOfService.Target(
                place.port(),
                gateway.api().token(),
                "/v1/plugins/" + plugin + "/operations/echo",
                "{\"params\":" + CallTimes.payload(CALL_BYTES) + "}");
    }

    /** A bare member that calls the other bare member. */
    Child bare() throws IOException {
        Child running = first;
        if (running == null) {
            Place ports = LoopbackSite.of(1).place(0);
            busPort = ports.bus();
            running = member("bare-1", ports.grid(), ports.grid());
            first = running;
            second = member("bare-2", busPort, ports.grid());
        }
        return running;
    }

    /** The question to {@link #bare} to call so often. */
    Map<String, String> bareQuestion(int times) {
        return Map.of("call", "" + busPort, "times", "" + times, "bytes", "" + CALL_BYTES);
    }

    private Child member(String name, int port, int firstPort) throws IOException {
        return Child.start(
                name,
                jvm.command(
                        name,
                        jvm.clusterClassPath(),
                        BusPeer.class,
                        Jvm.GRID_FLAGS,
                        Integer.toString(port),
                        Integer.toString(firstPort)));
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : new @Nullable AutoCloseable[] {first, second, cluster}) {
            if (each != null) {
                each.close();
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
